"""The printed map: a scene in metres (``scene``), what is drawn of it (``panels``), what stands around it (``furniture``)
and the sheets that put both on paper (``sheet``). It draws what the run said and measures nothing."""
