"""What an import found, as lines for people. Problems themselves go to stderr, one line each."""

from __future__ import annotations

from dingdian.city.importing import ImportReport


def import_lines(report: ImportReport, lang: str) -> list[str]:
    """Tables found, notes, the quality report with why each finding matters, and what happens next."""
    zh = lang != "en"
    lines = ["表与行数" if zh else "Tables and rows"]
    lines += [f"  {found.table:16} {found.rows:>8,}  {found.file}" for found in report.tables]
    if report.notes:
        lines += ["", "说明" if zh else "Notes", *(f"  {note(lang)}" for note in report.notes)]
    lines += ["", "数据质量" if zh else "Data quality"]
    for row in report.quality:
        shown = f"（{'、'.join(row.examples)}）" if row.examples else ""
        lines += [f"  [{row.severity}] {row.message(lang)}{shown}", f"      {row.why(lang)}", f"      {row.remedy(lang)}"]
    if not report.quality:
        lines.append("  未发现问题" if zh else "  nothing found")
    return [*lines, "", _next(report, zh)]


def _next(report: ImportReport, zh: bool) -> str:
    if report.problems:
        count = len(report.problems)
        return f"发现 {count} 处错误，未写入任何内容。" if zh else f"{count} errors; nothing was written."
    if report.committed:
        return f"已写入 {report.target}。" if zh else f"Written to {report.target}."
    return "检查通过；加 --commit 写入。" if zh else "All right; add --commit to write it."
