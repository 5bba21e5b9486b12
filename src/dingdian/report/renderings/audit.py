"""审计凭证: the receipt as it is, and an index from each finding to its clause and to the rows that it rests on.

The index repeats nothing but places: where a finding stands in the receipt, which clause's digest covers it, and which rows of the
city it names. It adds no judgement. The same tree gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dingdian import canonical
from dingdian.report.renderings.tree import Node, Tree

FORMAT = 1
# Lists in the evidence of findings whose items are rows of a table of the city, and how the row's key is made of an item.
_ROWS = {
    "accounts": ("fund", "{unit}/{year}/{scheme}"), "states": ("facts", "{subject}/supply_demand/{as_of}"),
    "exits": ("releases", "{}"), "neighbours": ("providers", "{provider}"), "within": ("providers", "{provider}"),
}


def audit(tree: Tree) -> dict[str, Any]:
    """The voucher as plain JSON values."""
    said = {
        "format": FORMAT, "application": tree.application, "outcome": tree.outcome,
        "deciding": [node.provision for node in tree.deciding], "robust": tree.robust,
        "notices": list(tree.notices), "index": [_entry(node, tree) for node in tree.nodes],
    }
    plain: dict[str, Any] = canonical.plain(said)
    return {**plain, "receipt": tree.receipt}


def audit_text(tree: Tree) -> str:
    """The canonical text of the voucher."""
    return canonical.write(audit(tree))


def _entry(node: Node, tree: Tree) -> dict[str, Any]:
    order = [finding["provision"] for finding in tree.receipt["ruling"]["findings"]]
    digests = tree.receipt.get("plan", {}).get("digests", {})
    return {
        "provision": node.provision, "at": f"receipt.ruling.findings[{order.index(node.provision)}]", "part": node.part,
        "status": node.status, "clause": node.locator, "clause_id": node.clause,
        "digests": {key: digests[key] for key in _digest_keys(node) if key in digests},
        "excepted_by": node.excepted_by, "rows": _rows(node, tree),
        "missing": [f"{item.table}[{item.subject}].{item.column}" for item in node.judgement.missing],
    }


def _digest_keys(node: Node) -> Iterator[str]:
    """Names under which the receipt may hold a digest: in the plan itself, or in the one that it extends."""
    parts = [f"clauses.{node.clause}", f"provisions.{node.provision}"]
    parts += [f"readings.{reading}" for reading in sorted(node.judgement.readings)]
    yield from (f"{base}{part}" for part in parts for base in ("", "base."))


def _rows(node: Node, tree: Tree) -> list[dict[str, str]]:
    """The application's own row, then those that the evidence names; the digest where the receipt holds one."""
    known: Mapping[str, str] = tree.receipt.get("city", {}).get("rows", {})
    names = [f"applications[{tree.application}]"] if node.part != "silent" else []
    names += [name for key, value in node.judgement.evidence.items() if key in _ROWS for name in _named(key, value)]
    return [{"row": name, **({"digest": known[name]} if name in known else {})} for name in dict.fromkeys(names)]


def _named(key: str, value: Any) -> Iterator[str]:
    table, form = _ROWS[key]
    for item in value or ():
        yield f"{table}[{form.format_map(item) if isinstance(item, Mapping) else form.format(item)}]"
