"""Where the recorded answers are: read in place, never copied, and their tests skipped where they are not."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

FOLDER_VARIABLE = "ASL_CONFORMANCE"
"""The environment variable that names the folder of recorded answers."""


def recordings() -> Path:
    """The folder of recorded answers, which need not be there."""
    return Path(os.environ.get(FOLDER_VARIABLE) or Path(__file__).parents[3] / "shared" / "conformance")


RECORDINGS = recordings()


def excepted(case_id: str, exceptions: Mapping[str, str]) -> object:
    """A case as a parameter, marked as unequal where it has a reason to be.

    Only an unequal answer is excepted, never a crash; and an equal one is no longer an exception.
    """
    reason = exceptions.get(case_id)
    marks = [pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True)] if reason else []
    return pytest.param(case_id, id=case_id, marks=marks)
