"""决定凭证: everything needed to replay a ruling, and the comparison of a receipt with its replay.

A receipt refers to the city and the plan by hash and carries what names a difference: the digests of tables, clauses, readings and
provisions. It holds no clock: the same ruling has the same receipt for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dingdian import canonical
from dingdian.city.fingerprint import manifest_lines, table_hashes
from dingdian.city.model import City
from dingdian.loop.ground import snapshot
from dingdian.plans.model import Plan
from dingdian.provisions.case import Case
from dingdian.version import __version__

if TYPE_CHECKING:
    from dingdian.loop.results import Ruling

FORMAT = 1


def receipt_of(city: City, plan: Plan, case: Case, on: date, ruling: Ruling) -> Mapping[str, Any]:
    """The receipt of ``ruling``, as plain JSON values."""
    said = ruling.as_json(receipt=False)
    body = {
        "format": FORMAT,
        "engine": {"name": "dingdian", "version": __version__},
        "plan": {
            "id": plan.id, "revision": plan.revision, "status": plan.status, "sha256": plan.sha256,
            "digests": dict(plan.digests), "dates": {d.name: d.value for d in plan.dates.values()},
        },
        "city": {
            "id": city.meta.id, "as_of": city.meta.as_of, "sha256": city.content_hash, "tables": _tables(city),
            "rows": _rows_used(city, case, ruling), "synthetic": list(city.meta.synthetic),
        },
        "date": on,
        "readings": {reading: plan.option(reading).code for reading in sorted(plan.readings)},
        "case": {"application": case.application, **{k: _value(v) for k, v in sorted(case.facts.items())}},
        "stated": _stated(city, case, on),
        "ruling": said,
    }
    plain = canonical.plain(body)
    plain["digest"] = canonical.sha256(canonical.write(plain))
    return plain  # type: ignore[no-any-return]


def _stated(city: City, case: Case, on: date) -> list[str]:
    """The columns that the application states itself; the others of the case come from what is on file of its provider."""
    own = snapshot(city, on).application_records[case.application]
    return [column for column in sorted(case.facts) if column in own]


def _rows_used(city: City, case: Case, ruling: Ruling) -> dict[str, str]:
    """Digests of the rows that the findings name, so that a receipt alone can tell which of them changed."""
    named = {case.provider} | {
        row["provider"] for finding in ruling.findings for key in ("neighbours", "within")
        for row in finding.judgement.evidence.get(key, ())
    }
    digests = row_digests(city)
    wanted = [("applications", case.application), *(("providers", provider) for provider in sorted(named))]
    return {f"{table}[{key}]": digests[table, key] for table, key in wanted if (table, key) in digests}


@lru_cache(maxsize=8)
def row_digests(city: City) -> Mapping[tuple[str, str], str]:
    """(table, key) → digest of every row of the city."""
    return {(table, key): digest for table, key, digest in manifest_lines(city)}


@lru_cache(maxsize=8)
def _tables(city: City) -> Mapping[str, str]:
    return table_hashes(city)


def _value(value: Any) -> Any:
    """Coordinates and errors are kept as the text that they were read from: a receipt holds no binary float."""
    return repr(value) if isinstance(value, float) else value


def receipt_bytes(receipt: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a receipt."""
    return canonical.write(receipt).encode()


def intact(receipt: Mapping[str, Any]) -> bool:
    """Whether the receipt's own digest agrees with its body."""
    body = {key: value for key, value in receipt.items() if key != "digest"}
    return bool(receipt.get("digest") == canonical.sha256(canonical.write(body)))


def differences(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(path, before, after) of every leaf that differs, in the order of ``before``."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from differences(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            one = before[index] if index < len(before) else None
            two = after[index] if index < len(after) else None
            yield from differences(one, two, f"{path}[{_label(one, two, index)}]")
    elif before != after:
        yield path, before, after


def _label(one: Any, two: Any, index: int) -> str:
    """A list item is named by its provision, not only counted."""
    for item in (one, two):
        if isinstance(item, Mapping) and "provision" in item:
            return str(item["provision"])
    return str(index)
