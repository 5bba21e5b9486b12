"""What a siting says of itself wherever it is shown: the certificate, the second look, coverage before and after, who was left out."""

from __future__ import annotations

from dingdian.loop.options import LeftOut, Options
from dingdian.report import formats, words
from dingdian.terms import Text


def proof(options: Options) -> tuple[Text, ...]:
    """The certificate, coverage before and after, and whether the second look agrees; nothing where nothing was sited."""
    found = options.certificate
    if found is None:
        return ()
    checked = () if found.verified is None else (verified(found.verified),)
    return (found.sentence, coverage(options), *estimate(options), *checked)


def estimate(options: Options) -> tuple[Text, ...]:
    """That people are estimated, where they are."""
    return (options.persons.note,) if options.persons is not None and options.persons.note is not None else ()


def verified(is_so: bool) -> Text:
    """What the second look found, in words."""
    if is_so:
        return Text("已另行复核：重新步行计量的人口与逐处审查的限制均一致。", "Checked again by other code: people walked anew and every limit judged place by place agree.")
    return Text("另行复核不一致，结果不可使用。", "The second look does not agree: do not use this result.")


def coverage(options: Options) -> Text:
    """Coverage before and after: people, share, providers."""
    before, after, whole = options.covered_before, options.covered_after, options.considered
    name = Text(words.group(options.basis), words.group(options.basis, "en")) if options.basis else Text("", "people")
    share = [formats.percent(part, whole) for part in (before, after)]
    number = formats.number
    return Text(
        f"路网范围内{name.zh} {number(whole)} 人：步行 {number(options.walk_m)} 米内有定点机构的由 {number(before)} 人（{share[0]}）到 {number(after)} 人（{share[1]}）；"
        f"机构由 {number(options.present_before)} 家到 {number(options.present_after)} 家。",
        f"Of {number(whole)} {name.en} whom the streets reach, {number(before)} ({share[0]}) had a provider within a walk of {number(options.walk_m)} m, "
        f"then {number(after)} ({share[1]}); providers: {number(options.present_before)}, then {number(options.present_after)}.")


def left_out(item: LeftOut) -> Text:
    return Text(f"未列为候选：{item.count} 处，{item.reason.zh}。", f"Left out: {item.count}, {item.reason.en}.")
