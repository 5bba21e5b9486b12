"""One restrained palette for workbook, map, charts and page; every pair stays apart for colour-blind readers.

Colour never stands alone: each use also carries a word, a shape or a hatch.
"""

from __future__ import annotations

INK = "#1f2a33"
MUTED = "#5c6975"
FAINT = "#8b96a0"
LINE = "#d5dade"
WASH = "#f4f6f7"
PAPER = "#ffffff"
ACCENT = "#1d4f73"

# Orange and blue differ for every common colour blindness, and in grey by their depth.
SHORT = ("#f8dfc8", "#efb588", "#d88a50")
WITHIN = "#e9eee4"
OVER = ("#d6e3ee", "#a5c2db", "#6d9ac2")
UNDETERMINED = "#f1f1ef"

POSITIONS = {
    "short": (SHORT[0], "#8a4210"),
    "within": ("#dfeadb", "#2e5d34"),
    "over": (OVER[0], "#1f4a75"),
    "undetermined": ("#e6e6e3", "#4b4b48"),
    "information": (WASH, MUTED),
}
OUTCOMES = {
    "eligible": ("#d6e8da", "#1f5f3a"),
    "refused": ("#f3d3cd", "#8e2a1c"),
    "review": ("#fbe8bd", "#6b4a00"),
}
FINDINGS = {
    "holds": OUTCOMES["eligible"],
    "fails": OUTCOMES["refused"],
    "undetermined": OUTCOMES["review"],
    "not_applicable": (WASH, MUTED),
}
STATES = {
    "open": OUTCOMES["eligible"],
    "closed": ("#e3e3e0", "#3f3f3c"),
    "undetermined": OUTCOMES["review"],
}
OUTCOME_MARKS = {"eligible": "#1f7a4a", "refused": "#b3321f", "review": "#c98a00"}
PHARMACY = "#6b7a88"
PLACE = "#7a1f5c"
STREET = "#c9ced2"
UNCOVERED, UNCOVERED_PALE = "#e0b64a", "#f6e9c8"  # pale: as it looks on the map
GAINED, GAINED_PALE = "#3b8f8a", "#c4dddc"
SYNTHETIC = "#8a1538"
