"""One file for each kind of provision: what a kind of clause means. Nothing else stands here."""
