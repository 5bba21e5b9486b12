"""The facts of one pooling area at one date: tables, import, quality, frames, streets.

Knows nothing of plans. Refuses to fill in an absent fact: what is missing stays missing.
"""
