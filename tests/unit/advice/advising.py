"""What the tests of advice share: a machine is run with samples, and what is advised on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import asl
from asl.advice import Advice, Bill, Evidence, Facts, Finding, advise
from asl.cost import prices
from asl.cost.month import mean

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:"
RETRY = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 3}]


def advised(
    definition: dict[str, Any],
    *inputs: Any,
    handlers: Mapping[str, Any] | None = None,
    kind: str = "STANDARD",
    per_month: int | None = None,
    free: int = 0,
    ignore: Iterable[str] = (),
) -> Advice:
    """What is advised on a machine that was run with these inputs; with none, on the definition alone."""
    text = json.dumps(definition, indent=2)
    assert [each for each in asl.validate(text, type=kind) if each.severity == "ERROR"] == []
    if not inputs:
        return advise(Facts(definition, kind), text, ignore=set(ignore))
    evidence = Evidence()
    uses = []
    for given in inputs:
        run = asl.simulate(definition, given, handlers=handlers or {}, type=kind, task_seconds=0.2)
        evidence.add(run.use, run.history)
        uses.append(run.use)
    bill = Bill(prices("us-east-1"), mean(uses).transitions, per_month, free)
    return advise(Facts(definition, kind, evidence, bill), text, ignore=set(ignore))


def told(code: str, *arguments: Any, **options: Any) -> list[Finding]:
    """The findings of one code."""
    return [each for each in advised(*arguments, **options).findings if each.code == code]


def machine(start: str, **states: dict[str, Any]) -> dict[str, Any]:
    """A machine."""
    return {"StartAt": start, "States": states}


def task(name: str, **fields: Any) -> dict[str, Any]:
    """A Task that calls a function, and answers its transient errors."""
    catch = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]
    end = {} if "Next" in fields else {"End": True}
    return {"Type": "Task", "Resource": LAMBDA + name, "Retry": catch, **end, **fields}


def each(block: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A Map, inline or as its fields say."""
    end = {} if "Next" in fields else {"End": True}
    return {"Type": "Map", "ItemProcessor": block, **end, **fields}


def distributed(kind: str, block: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A distributed Map."""
    return each({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind}, **block}, **fields)
