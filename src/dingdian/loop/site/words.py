"""A siting in words: the certificate in one sentence, each place in one, the method, what stands in the way.

Adds no number that the answer does not carry. Only a proof may say that nothing is better.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from dingdian.loop.options import ADD, COVER, Held, LimitNote
from dingdian.loop.site.ask import APPLICATIONS, STREETS, Ask
from dingdian.loop.site.demand import Demand
from dingdian.plans.model import Plan
from dingdian.provisions.counting import show
from dingdian.terms import PROVIDER_CLASSES, Text

FROM = {
    STREETS: Text("路网节点", "street nodes"), APPLICATIONS: Text("待审申请", "pending applications"), "file": Text("所列候选点", "the listed points"),
    "present": Text("现有机构", "present providers"),
}
OF_PROBLEM = {
    "share": Text("候选点可及的人口", "the people whom the candidates can reach"),
    "forbidden": Text("未列为候选的地点", "the places that were left out"), "candidates": Text("候选点", "the candidates"),
    "p": Text("要求的数量", "the number asked for"), "at_most": Text("数量上限", "a cap"),
}


def percent(part: float | Decimal, whole: float | Decimal, *, up: bool = False) -> str:
    """A share to one decimal place, rounded down unless ``up``: nothing short of all is called 100 %."""
    if not whole:
        return "0"
    share = Decimal(str(part)) * 100 / Decimal(str(whole))
    return str(share.quantize(Decimal("0.1"), rounding=ROUND_CEILING if up else ROUND_FLOOR))


# --- certificates -------------------------------------------------------------------------------------------------------


def most_people(asked: int, chosen: int, value: int, bound: int, status: str) -> Text:
    """The certificate of ``--add``."""
    n, few = show(asked), _fewer(asked, chosen)
    if status == "optimal":
        return Text(f"模型内任选 {n} 处，新增覆盖都不超过 {show(value)} 人；本方案正好达到，已证明最优{few.zh}。",
                    f"In the model no choice of {n} can add more than {show(value)} people; this one adds just as many{few.en}.")
    share = percent(value, bound)
    return Text(f"模型内任选 {n} 处，新增覆盖都不超过 {show(bound)} 人；本方案新增 {show(value)} 人（{share}%）{few.zh}{_cut(status).zh}。",
                f"In the model no choice of {n} can add more than {show(bound)} people; this one adds {show(value)} ({share} %){few.en}{_cut(status).en}.")


def _fewer(asked: int, chosen: int) -> Text:
    """Where fewer places were chosen than asked for, since no more of them would add anybody or keep the limits."""
    if chosen >= asked:
        return Text("", "")
    return Text(f"（只用 {show(chosen)} 处：再多也不增加人口或不合限制）", f" with {show(chosen)}: more of them would add nobody, or break a limit")


def fewest_places(value: int, bound: int, share: Decimal, status: str) -> Text:
    """The certificate of ``--cover``."""
    goal = f"{(share * 100).normalize():f}"
    if value == 0:
        return Text(f"现有机构已使 {goal}% 的人在步行范围内，无须新增。", f"Those present reach {goal} % of the people already: nothing need be added.")
    if status == "optimal":
        return Text(f"模型内要达到 {goal}%，至少须新增 {show(bound)} 处；这 {show(value)} 处正好达到，已证明最少。",
                    f"In the model at least {show(bound)} additions are needed for {goal} %; these {show(value)} suffice: none too many.")
    return Text(f"模型内要达到 {goal}%，至少须新增 {show(bound)} 处；这 {show(value)} 处已足够：至多多出 {show(value - bound)} 处{_cut(status).zh}。",
                f"In the model at least {show(bound)} additions are needed for {goal} %; these {show(value)} suffice: at most {show(value - bound)} too many{_cut(status).en}.")


def least_loss(asked: int, chosen: int, lost: int, bound: int, status: str) -> Text:
    """The certificate of ``--release``."""
    if status == "optimal":
        return Text(f"模型内任选 {show(asked)} 家退出，失去服务的至少有 {show(bound)} 人；本方案（{chosen} 家）正好如此，已证明最少。",
                    f"In the model leaving out any {show(asked)} loses {show(bound)} people their reach at least; this choice ({chosen}) loses just as many.")
    return Text(f"模型内任选 {show(asked)} 家退出，失去服务的至少有 {show(bound)} 人；本方案（{chosen} 家）为 {show(lost)} 人：至多多出 {show(lost - bound)} 人{_cut(status).zh}。",
                f"In the model leaving out any {show(asked)} loses {show(bound)} people their reach at least; this choice ({chosen}) loses {show(lost)}: "
                f"at most {show(lost - bound)} too many{_cut(status).en}.")


def _cut(status: str) -> Text:
    return Text("；因限时提前结束", "; the search was cut short by its time limit") if status == "time_limit" else Text("", "")


def blocked(plan: Plan, names: tuple[str, ...]) -> Text:
    """What stands in the way: clauses by their locator, the problem's own terms in words."""
    known = {p.id: Text(f"{plan.locator(p)} {p.title.zh}", f"{plan.locator(p)} {p.title.en}") for p in plan.provisions}
    zh = [known.get(name, OF_PROBLEM.get(name, Text(name, name))).zh for name in names]
    en = [known.get(name, OF_PROBLEM.get(name, Text(name, name))).en for name in names]
    return Text("、".join(zh) or "候选点", ", ".join(en) or "the candidates")


def too_late(ask: Ask) -> Text:
    """Where the time was over before anything was found or excluded."""
    return Text("限时内没有找到达到目标的方案，也没有证明达不到。", "The time was over before a choice was found that meets the target, or shown to be impossible.")


def impossible(ask: Ask, plan: Plan, names: tuple[str, ...], reachable: str = "") -> Text:
    """The certificate where no choice keeps the limits."""
    goal = f"{(Decimal(ask.asked) * 100).normalize():f}% " if ask.mode == COVER else f"{ask.asked} "
    if reachable and names == ("share",):
        return Text(f"目标 {goal}在模型内达不到：全部候选点一起也只到 {reachable}%。",
                    f"The target of {goal}cannot be met in the model: all candidates together reach no more than {reachable} %.")
    more = Text(f"；全部候选点一起也只到 {reachable}%", f"; all candidates together reach {reachable} %") if reachable else Text("", "")
    stands = blocked(plan, names)
    return Text(f"目标 {goal}在模型内达不到：受限于{stands.zh}{more.zh}。", f"The target of {goal}cannot be met in the model. What stands in the way: {stands.en}{more.en}.")


def nobody(ask: Ask, demand: Demand) -> Text:
    """Where there is nothing to choose from."""
    if ask.mode != "release" and not len(demand.wanted):
        return Text("路网范围内的人都已在步行范围内，无须新增。", "Everybody whom the streets reach has one within the walk: nothing need be added.")
    return Text("没有可选的候选点。", "There is no candidate to choose from.")


# --- places -------------------------------------------------------------------------------------------------------------


def place(ask: Ask, name: str, gain: int, held: Held | None, candidate: str) -> Text:
    """One place in a sentence."""
    where = Text(name or "界外", name or "outside")
    if ask.source != STREETS:
        where = Text(f"{where.zh} {candidate}", f"{candidate}, {where.en}")
    tail = Text("", "") if held is None else Text(
        f"；半径内连同新增共 {show(held.value)} 家，上限 {show(held.threshold)} 家", f"; {show(held.value)} in the radius, cap {show(held.threshold)}")
    return Text(f"{where.zh}：可使 {gain:,} 人新进入服务圈{tail.zh}。", f"{where.en}: {gain:,} people come within reach{tail.en}.")


def leaver(name: str, provider: str, loss: int) -> Text:
    return Text(f"{name or '界外'} {provider}：退出后 {loss:,} 人失去步行范围内的服务。", f"{provider}, {name or 'outside'}: without it {loss:,} people lose their reach.")


def method(ask: Ask, walk_m: float, limits: tuple[LimitNote, ...]) -> Text:
    """What was done, in a sentence."""
    what, origin = PROVIDER_CLASSES[ask.provider_class].name, FROM["present" if ask.mode == "release" else ask.source]
    kept = Text("、".join(note.named.zh for note in limits), ", ".join(note.named.en for note in limits))
    inside = Text(f"，并遵守 {kept.zh}", f", keeping {kept.en}") if limits else Text("，规划未设位置上限", "; the plan limits no places")
    goal = {
        ADD: Text(f"选取 {ask.asked} 处，使步行 {walk_m:.0f} 米内新增人口最多", f"{ask.asked} places with the most people newly within a walk of {walk_m:.0f} m"),
        COVER: Text(f"选取尽可能少的地点，使步行 {walk_m:.0f} 米内人口不低于目标", f"the fewest places that bring the people within a walk of {walk_m:.0f} m to the target"),
    }.get(ask.mode, Text(f"在过剩处选取 {ask.asked} 家退出，使步行 {walk_m:.0f} 米内失去服务的人口最少",
                         f"where too many stand, {ask.asked} to leave out with the fewest people losing their walk of {walk_m:.0f} m"))
    return Text(f"在{origin.zh}中{goal.zh}（{what.zh}）{inside.zh}。", f"Among {origin.en}: {goal.en} ({what.en}){inside.en}.")
