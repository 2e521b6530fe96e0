"""One property in a process of its own, driven by atheris: its name, then options of libFuzzer.

Hypothesis takes its draws from the bytes that the fuzzer makes, so what is varied are definitions and
expressions, not bytes.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import sys
from typing import Any

import atheris

with atheris.instrument_imports(include=["asl"]):
    import asl

    for _module in pkgutil.walk_packages(asl.__path__, "asl."):  # those too that are imported late
        importlib.import_module(_module.name)
    from tests.properties import test_anything


def shown(test: Any) -> Any:
    """The test, which shows what it was given where it fails; replayed from a file, before it runs."""
    replayed = not any(each.startswith("-max_total_time") for each in sys.argv)

    @functools.wraps(test)
    def run(**given: Any) -> None:
        if replayed:
            print(f"Given {given!r}", flush=True)
        try:
            test(**given)
        except BaseException:
            print(f"Given {given!r}", flush=True)
            raise

    return run


if __name__ == "__main__":
    property_ = getattr(test_anything, sys.argv.pop(1))
    property_.hypothesis.inner_test = shown(property_.hypothesis.inner_test)
    atheris.Setup(sys.argv, property_.hypothesis.fuzz_one_input)
    atheris.Fuzz()
