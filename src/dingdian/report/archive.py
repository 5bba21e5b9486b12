"""Zip files (Word documents are such) whose bytes depend on their content only: entries lose the clock of the machine."""

from __future__ import annotations

import io
import zipfile
from datetime import date


def settled(data: bytes, on: date) -> bytes:
    """The same archive with every entry dated ``on``, in the same order."""
    stamp = (max(on.year, 1980), on.month, on.day, 0, 0, 0)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, stamp)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            new.writestr(info, old.read(entry))
    return buffer.getvalue()
