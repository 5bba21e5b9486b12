"""Peers: inpatient institutions that hold a place and count, by level and type. Who has no level on file has no peers."""

from __future__ import annotations

from dingdian.provisions.ground import Ground
from dingdian.terms import KINDS, LEVELS, Text


def peer_groups(ground: Ground) -> dict[tuple[str, str], list[str]]:
    """(level, type) → institutions, in the order of the register."""
    stock, found = ground.stock, dict[tuple[str, str], list[str]]()
    inpatient = stock[(stock["provider_class"] == "inpatient") & stock["level"].notna()]
    for provider, level, group in zip(inpatient["provider"], inpatient["level"], inpatient["kind_group"]):
        found.setdefault((str(level), str(group)), []).append(str(provider))
    return found


def peer_name(level: str, group: str) -> Text:
    """A group in words, such as 二级综合医院: its level, and the first kind of its type."""
    kind = next((KINDS[code].name for code in KINDS if KINDS[code].group == group), Text(group, group))
    return Text(f"{LEVELS.label(level)}{kind.zh}", f"{LEVELS.label(level, 'en')} {kind.en}")
