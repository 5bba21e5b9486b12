"""The words of a radius cap: what counts, where, up to how many, and what happens beyond. Sentences only; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdian.provisions.counting import show
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Missing
from dingdian.provisions.settlement import NAMES
from dingdian.terms import DENSITIES, KINDS, LEVELS, PROVIDER_CLASSES, Text

if TYPE_CHECKING:
    from dingdian.provisions.kinds.radius_cap import RadiusCap

UNKNOWN_AREA = Text("密度类别未知的区域", "an area of unknown density")
VERBS = {HOLDS: Text("未超过", "not above"), FAILS: Text("超过", "above"),
         UNDETERMINED: Text("因距离或密度存在疑问，暂不能确定是否超过", "not certain to be within")}
COLUMNS = {"kind": Text("机构类型", "kind"), "level": Text("等级", "level"), "owner": Text("管理主体", "owner"),
           "provider_class": Text("规划类别", "class")}


def what(rule: RadiusCap) -> Text:
    """The providers that count."""
    classes = [PROVIDER_CLASSES[code].name for code in rule.counts]
    if set(rule.counts) == set(PROVIDER_CLASSES) - {"pharmacy"}:
        classes = [Text("医疗机构", "medical")]
    same = Text("同类型", "same-type ") if rule.same_type else Text("", "")
    if set(rule.counts) == set(PROVIDER_CLASSES):
        return Text(f"定点{same.zh}机构", f"designated {same.en}providers")
    return Text(f"定点{same.zh}{'、'.join(name.zh for name in classes)}", f"designated {same.en}{', '.join(name.en for name in classes)} providers")


def place_words(rule: RadiusCap, density: str) -> Text:
    """The density class behind a cap, in Chinese before it and in English after it; nothing where one cap binds everywhere."""
    if rule.uniform:
        return Text("", "")
    if not density:
        return Text(UNKNOWN_AREA.zh, f" ({UNKNOWN_AREA.en})")
    return Text(DENSITIES.label(density) + "区域", f" (density: {DENSITIES.label(density, 'en')})")


def read_back(rule: RadiusCap) -> Text:
    """The whole rule as one sentence."""
    normally, caps, tail = "原则上" if rule.normally else "", _caps(rule), _tail(rule)
    where = _where(rule)
    radius = show(rule.radius_m)
    return Text(
        f"{where.zh}以服务半径 {radius} 米计（含 {radius} 米），连同申请机构在内，{normally}{caps.zh}；{tail.zh}。",
        f"{where.en}ithin {radius} m (included), the applicant counted: {caps.en}; {tail.en}.",
    )


def _where(rule: RadiusCap) -> Text:
    if not rule.within:
        return Text("", "W")
    return Text(f"{NAMES[rule.within].zh}内（无人居住的未建设区域除外），", f"In {NAMES[rule.within].en}, uninhabited, unbuilt land left out, w")


def _caps(rule: RadiusCap) -> Text:
    if len(set(rule.caps.values())) == 1:
        most, who = show(next(iter(rule.caps.values()))), what(rule)
        return Text(f"{who.zh}不超过 {most} 家", f"at most {most} {who.en}")
    return Text("，".join(f"{DENSITIES.label(name)}区域不超过 {show(cap)} 家" for name, cap in rule.caps.items()),
                ", ".join(f"at most {show(cap)} in {DENSITIES.label(name, 'en')} areas" for name, cap in rule.caps.items()))


def _tail(rule: RadiusCap) -> Text:
    zh, en = ["超过的不再新增定点"], ["above that none is added"]
    if rule.to_person:
        zh = [f"{'、'.join(DENSITIES.label(name) for name in rule.to_person)}区域超过的由医保部门决定，其余超过的不再新增定点"]
        en = [f"in {', '.join(DENSITIES.label(name, 'en') for name in rule.to_person)} areas the bureau decides beyond that, elsewhere none is added"]
    if rule.counted_levels:
        zh.append(f"只计{'、'.join(LEVELS.label(level) for level in rule.counted_levels)}机构")
        en.append(f"only {', '.join(LEVELS.label(level, 'en') for level in rule.counted_levels)} ones count")
    if rule.counted_elsewhere:
        zh.append(f"{'、'.join(KINDS.label(kind) for kind in rule.counted_elsewhere)}另行计数")
        en.append(f"{', '.join(KINDS.label(kind, 'en') for kind in rule.counted_elsewhere)}: counted elsewhere")
    if rule.floor is not None:
        zh.append(f"每处 {show(rule.floor_radius_m)} 米内至少应有 {rule.floor} 家")
        en.append(f"every place should have at least {rule.floor} within {show(rule.floor_radius_m)} m")
    return Text("；".join(zh), "; ".join(en))


def beyond_cap(rule: RadiusCap, density: str, lead: Text, value: object, added: bool) -> Text:
    """What is said of one beyond the cap where the bureau decides: before it did, and after it agreed."""
    most, place = int(rule.caps[density]), DENSITIES.label(density)
    if added:
        return Text(f"{lead.zh}，本申请超过 {most} 家，医保部门已决定在{place}区域适当增加。",
                    f"{lead.en}; this one is beyond {most}, and the bureau has decided to add it in a dense area.")
    return Text(f"{lead.zh}，本申请为第 {value} 家；{place}区域可以适当增加，超过 {most} 家的由医保部门决定。",
                f"{lead.en}; this one would be number {value}. Dense areas may have more: beyond {most} the bureau decides.")


def no_decision(application: str) -> Missing:
    return Missing(table="facts", subject=application, column="dense_addition", phrase=Text(
        "缺少医保部门关于在人口密集区域适当增加的决定（facts.dense_addition）",
        "the bureau's decision on adding in a dense area is missing (facts.dense_addition)"))


def uncounted(provider: str, column: str) -> Missing:
    return Missing(table="providers", subject=provider, column=column, phrase=Text(
        f"{provider} 缺少“{COLUMNS[column].zh}”，不能确定是否占用名额",
        f"{provider} lacks its {COLUMNS[column].en}: nobody can say whether it counts"))


def doubtful(row: dict[str, object], limit: str) -> Missing:
    return Missing(table="providers", subject=str(row["provider"]), column="accuracy_m", phrase=Text(
        f"与 {row['provider']} 的距离 {row['distance_m']} 米在 {limit} 米误差带内，需实测",
        f"the distance to {row['provider']}, {row['distance_m']} m, is within its error of {limit} m: measure it on site"))
