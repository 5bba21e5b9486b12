"""Programs beside Python that some tests need: absent, they skip here with the reason and fail in CI."""

from __future__ import annotations

import os
import shutil

import pytest


def program(*names: str) -> str:
    """Path of the first of ``names`` that is installed."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found:
        return found
    message = f"none of {', '.join(names)} is installed: `make test` says how to get it"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
