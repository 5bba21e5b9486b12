"""How many invented providers of which kind the demo city has, and what is typical of each.

The two totals are published (official explainer of 30 January 2026: 4,940 designated medical institutions
and 3,393 pharmacies); how they divide into kinds is invented. This module holds numbers and words, it draws
nothing.
"""

from __future__ import annotations

from attrs import frozen

MEDICAL_TOTAL = 4_940
PHARMACY_TOTAL = 3_393


@frozen
class Group:
    """Providers of one kind, level and class.

    ``pattern`` says where they are: ``hospital`` (by the district counts below), ``people`` (where people
    live), ``core`` (within the streets), ``rural`` (outside them), ``town`` (one to a township),
    ``core_centre`` (spaced out).
    """

    kind: str
    provider_class: str
    level: str
    count: int
    pattern: str
    public: float
    area_m2: tuple[int, int]
    word: str
    specialties: str = ""
    tags: str = ""


# Kind, tertiary, secondary, primary, ungraded, share public, specialty, typical floor area of a secondary
# one.
HOSPITALS: tuple[tuple[str, int, int, int, int, float, str, str], ...] = (
    ("general_hospital", 17, 42, 40, 30, 0.45, "general", "综合医院"),
    ("tcm_hospital", 5, 14, 14, 10, 0.50, "tcm", "中医医院"),
    ("integrated_hospital", 1, 3, 4, 0, 0.30, "tcm", "中西医结合医院"),
    ("psychiatric_hospital", 1, 5, 0, 4, 0.40, "psychiatric", "精神病医院"),
    ("infectious_disease_hospital", 1, 1, 0, 0, 1.00, "infectious", "传染病医院"),
    ("oncology_hospital", 2, 2, 0, 0, 0.50, "oncology", "肿瘤医院"),
    ("paediatric_hospital", 1, 1, 0, 0, 0.50, "paediatric", "儿童医院"),
    ("maternity_hospital", 1, 4, 0, 2, 0.20, "maternity", "妇产医院"),
    ("maternal_child_health", 3, 10, 0, 0, 1.00, "maternity;paediatric", "妇幼保健院"),
    ("rehabilitation_hospital", 1, 5, 6, 12, 0.20, "rehabilitation", "康复医院"),
    ("eye_hospital", 1, 3, 0, 6, 0.10, "eye", "眼科医院"),
    ("dental_hospital", 2, 2, 0, 4, 0.15, "dental", "口腔医院"),
    ("specialised_hospital", 0, 3, 6, 12, 0.15, "general", "专科医院"),
)

# Hospitals by district: tertiary, secondary, primary, ungraded.
HOSPITALS_BY_UNIT: dict[str, tuple[int, int, int, int]] = {
    "370102": (10, 11, 7, 11),
    "370103": (7, 11, 8, 11),
    "370104": (6, 9, 7, 9),
    "370105": (3, 10, 7, 9),
    "370112": (3, 13, 9, 12),
    "370113": (1, 5, 4, 4),
    "370114": (2, 8, 6, 6),
    "370115": (0, 5, 4, 4),
    "370116": (2, 9, 6, 5),
    "370117": (0, 4, 3, 2),
    "370124": (0, 4, 3, 2),
    "370126": (0, 4, 3, 2),
    "370171": (2, 2, 3, 3),
}

PUBLIC_HEALTH = "public_health_duty"

OTHERS: tuple[Group, ...] = (
    Group(
        "township_health_centre",
        "inpatient",
        "primary",
        95,
        "town",
        1.0,
        (1500, 6000),
        "卫生院",
        "general",
        PUBLIC_HEALTH,
    ),
    Group(
        "community_health_centre",
        "inpatient",
        "primary",
        50,
        "core_centre",
        0.8,
        (1400, 4000),
        "社区卫生服务中心",
        "general",
        PUBLIC_HEALTH,
    ),
    Group(
        "nursing_home",
        "inpatient",
        "ungraded",
        18,
        "people",
        0.2,
        (1500, 6000),
        "护理院",
        "nursing",
        "elder_care",
    ),
    Group(
        "hospice_centre",
        "inpatient",
        "ungraded",
        6,
        "people",
        0.3,
        (800, 2500),
        "安宁疗护中心",
        "hospice",
        "hospice",
    ),
    Group(
        "community_health_centre",
        "outpatient_pooling",
        "primary",
        40,
        "core_centre",
        0.7,
        (1000, 2400),
        "社区卫生服务中心",
        "general",
        PUBLIC_HEALTH,
    ),
    Group(
        "community_health_station",
        "outpatient_pooling",
        "primary",
        290,
        "core_centre",
        0.5,
        (150, 400),
        "社区卫生服务站",
        "general",
        PUBLIC_HEALTH,
    ),
    Group(
        "village_clinic",
        "outpatient_pooling",
        "ungraded",
        1720,
        "rural",
        0.6,
        (60, 160),
        "村卫生室",
        "general",
        PUBLIC_HEALTH + ";village_integrated",
    ),
    Group(
        "outpatient_department",
        "outpatient_pooling",
        "ungraded",
        280,
        "people",
        0.1,
        (300, 1200),
        "门诊部",
        "general",
    ),
    Group("clinic", "outpatient_pooling", "ungraded", 560, "people", 0.02, (60, 260), "诊所", "general"),
    Group("tcm_clinic", "outpatient_pooling", "ungraded", 260, "people", 0.02, (60, 260), "中医诊所", "tcm"),
    Group(
        "dental_clinic", "outpatient_pooling", "ungraded", 90, "core", 0.02, (80, 400), "口腔诊所", "dental"
    ),
    Group(
        "dialysis_centre",
        "outpatient_pooling",
        "ungraded",
        14,
        "people",
        0.1,
        (500, 1500),
        "血液透析中心",
        "dialysis",
    ),
    Group(
        "elder_care_clinic",
        "outpatient_pooling",
        "ungraded",
        40,
        "people",
        0.2,
        (80, 300),
        "养老院医务室",
        "general",
        "elder_care",
    ),
    Group(
        "university_clinic",
        "outpatient_pooling",
        "ungraded",
        46,
        "core",
        1.0,
        (200, 1500),
        "高校卫生所",
        "general",
        "university",
    ),
    Group(
        "infirmary",
        "outpatient_pooling",
        "ungraded",
        90,
        "core",
        0.6,
        (60, 300),
        "医务室",
        "general",
        "enterprise",
    ),
    Group(
        "emergency_centre",
        "outpatient_pooling",
        "ungraded",
        2,
        "core",
        1.0,
        (1000, 3000),
        "急救中心",
        "general",
    ),
    Group(
        "internet_hospital",
        "outpatient_pooling",
        "ungraded",
        4,
        "core",
        0.5,
        (200, 600),
        "互联网医院",
        "general",
    ),
    Group("clinic", "personal_account", "ungraded", 430, "people", 0.02, (50, 220), "诊所", "general"),
    Group("tcm_clinic", "personal_account", "ungraded", 210, "people", 0.02, (50, 220), "中医诊所", "tcm"),
    Group(
        "dental_clinic", "personal_account", "ungraded", 330, "people", 0.02, (80, 400), "口腔诊所", "dental"
    ),
    Group(
        "outpatient_department",
        "personal_account",
        "ungraded",
        40,
        "core",
        0.02,
        (300, 1500),
        "门诊部",
        "general",
    ),
    Group(
        "blind_massage_clinic",
        "personal_account",
        "ungraded",
        24,
        "core",
        0.0,
        (60, 200),
        "盲人医疗按摩所",
        "rehabilitation",
        "blind_massage",
    ),
    Group(
        "infirmary",
        "personal_account",
        "ungraded",
        20,
        "core",
        0.6,
        (60, 300),
        "医务室",
        "general",
        "enterprise",
    ),
)

LEVELS = ("tertiary", "secondary", "primary", "ungraded")
HOSPITAL_AREA = {
    "tertiary": (60_000, 260_000),
    "secondary": (9_000, 45_000),
    "primary": (2_000, 9_000),
    "ungraded": (1_200, 7_000),
}

# How many are on file without holding a place: (undesignated, terminated) by kind; class and level as in
# OTHERS.
WITHOUT_PLACE: tuple[tuple[str, str, int, int], ...] = (
    ("pharmacy", "", 720, 34),
    ("clinic", "outpatient_pooling", 140, 12),
    ("clinic", "personal_account", 130, 10),
    ("tcm_clinic", "outpatient_pooling", 70, 6),
    ("dental_clinic", "personal_account", 120, 10),
    ("outpatient_department", "outpatient_pooling", 60, 5),
    ("village_clinic", "outpatient_pooling", 40, 6),
    ("community_health_station", "outpatient_pooling", 8, 1),
    ("general_hospital", "inpatient", 10, 3),
    ("rehabilitation_hospital", "inpatient", 6, 1),
    ("specialised_hospital", "inpatient", 8, 1),
    ("psychiatric_hospital", "inpatient", 3, 0),
    ("nursing_home", "inpatient", 5, 1),
)


def hospital_groups() -> tuple[Group, ...]:
    """One group per kind and level of hospital."""
    groups = []
    for kind, *numbers, public, specialties, word in HOSPITALS:
        tags = {"psychiatric_hospital": "psychiatric", "infectious_disease_hospital": "infectious"}.get(
            kind, ""
        )
        for level, count in zip(LEVELS, numbers):
            if count:
                share = max(public, 0.92) if level == "tertiary" else public  # nearly all of these are public
                groups.append(
                    Group(
                        kind,
                        "inpatient",
                        level,
                        count,
                        "hospital",
                        share,
                        HOSPITAL_AREA[level],
                        word,
                        specialties,
                        tags,
                    )
                )
    return tuple(groups)


def check() -> None:
    """The counts add up to the published totals."""
    hospitals = [sum(row[1:5]) for row in HOSPITALS]
    by_level = [sum(row[i] for row in HOSPITALS) for i in range(1, 5)]
    by_unit = [sum(counts[i] for counts in HOSPITALS_BY_UNIT.values()) for i in range(4)]
    assert by_level == by_unit, (by_level, by_unit)
    total = sum(hospitals) + sum(group.count for group in OTHERS)
    assert total == MEDICAL_TOTAL, total


check()
