"""Short ways to write down the designed applications of a town."""

from __future__ import annotations

from typing import Any

from dingdian.terms import KINDS
from towns.spec import Ask

SIGNED = (("exemption_sign_off", ""),)  # the desk fills in a reference


def pharmacy(unit: str, why: str, **more: Any) -> Ask:
    return Ask(unit=unit, why=why, kind="pharmacy", provider_class="pharmacy", **more)


def clinic(unit: str, kind: str, why: str, provider_class: str = "outpatient_pooling", **more: Any) -> Ask:
    """An institution without beds; its specialty is that of its kind."""
    own = {"dental_clinic": "dental", "tcm_clinic": "tcm", "blind_massage_clinic": "rehabilitation"}
    more = {"level": "ungraded", "specialties": own.get(kind, "general"), "alike": "type", **more}
    return Ask(unit=unit, why=why, kind=kind, provider_class=provider_class, **more)


def hospital(unit: str, kind: str, level: str, beds: int | None, why: str, **more: Any) -> Ask:
    """An institution with beds; its specialty is the type group of its kind."""
    more = {"specialties": specialty_of(kind), "documents": "申请表;执业许可证;基金使用预测", "alike": "type", **more}
    return Ask(unit=unit, why=why, kind=kind, provider_class="inpatient", level=level, beds=beds, **more)


def specialty_of(kind: str) -> str:
    group = KINDS[kind].group
    return "general" if group in ("primary_care", "specialised", "general") else group
