"""Three workloads that were priced by hand, each made of a run: a checkout, a fan-out, an approval."""

from __future__ import annotations

import msgspec

import asl
from asl.compare import Children, Workload, workload
from asl.handlers import Answer, Follow
from asl.signals import RunTask, TaskSubmitted, TaskSucceeded

KB = 1_024
DAY = 86_400
BODY = {"data": "x" * (KB - len('{"data":""}'))}
"""A payload of 1 KB."""

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work"
TASK = {"Type": "Task", "Resource": FUNCTION}
ALWAYS = {"Variable": "$.data", "IsString": True}


def chain(**states: dict[str, object]) -> dict[str, object]:
    """A machine whose states follow each other."""
    names = [*states, ""]
    linked = {}
    for (name, state), follows in zip(states.items(), names[1:], strict=True):
        if state["Type"] == "Choice":
            linked[name] = {**state, "Choices": [{**ALWAYS, "Next": follows}]}
        elif state["Type"] in ("Succeed", "Fail"):
            linked[name] = state
        else:
            linked[name] = {**state, **({"Next": follows} if follows else {"End": True})}
    return {"StartAt": names[0], "States": linked}


CHECKOUT = chain(
    Price=TASK, Decide={"Type": "Choice"}, Reserve=TASK, Note={"Type": "Pass"}, Charge=TASK, Ship=TASK,
    Done={"Type": "Succeed"},
)  # fmt: skip
APPROVAL = chain(
    Prepare=TASK,
    Await={
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": BODY,
        "TimeoutSeconds": 7 * DAY,
    },
    Decide={"Type": "Choice"},
    Finalize=TASK,
    Done={"Type": "Succeed"},
)


def fan_out(kind: str = "STANDARD", mode: str = "DISTRIBUTED") -> dict[str, object]:
    """A machine that takes two steps for each item of its input."""
    config = {"Mode": mode, **({"ExecutionType": kind} if mode == "DISTRIBUTED" else {})}
    each = {"Type": "Map", "ItemProcessor": {"ProcessorConfig": config, **chain(First=TASK, Second=TASK)}}
    return chain(Each=each)


class Working:
    """Runs tasks: each gives 1 KB after a time, and a token is answered three days later."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def run(self, task: RunTask, now: int) -> Answer:
        ended = TaskSucceeded(task.id, BODY)
        if task.pattern != "token":
            return Answer((ended,), self.seconds)
        answer = Follow(lambda now: Answer((ended,)), 3 * DAY)
        return Answer((TaskSubmitted(task.id, BODY),), self.seconds, answer)


def run(
    definition: dict[str, object], input: object = BODY, *, seconds: float, quotas: bool = True
) -> Workload:
    """What a run of a machine did."""
    children = Children()
    result = asl.simulate(
        definition, input, handlers=Working(seconds), quotas=quotas, child_ended=children.add
    )
    assert result.status == "SUCCEEDED", (result.error, result.cause)
    return workload(result, children)


def working(work: Workload, milliseconds: int) -> Workload:
    """The same, its tasks having worked so long each."""
    times = sum(times for _, times in work.task_ms)
    return msgspec.structs.replace(work, task_ms=((milliseconds, times),), function_ms=milliseconds * times)


def items(work: Workload, number: int, milliseconds: int) -> Workload:
    """The same fan-out over so many items, the execution of each taking so long and its tasks 400 ms each."""
    ((child, _),) = work.children
    child = msgspec.structs.replace(working(child, 400), ms=milliseconds)
    return msgspec.structs.replace(work, children=((child, number),), widest=number)


def checkout() -> Workload:
    """Seven states and four tasks in 2 s, of which the tasks work 400 ms each."""
    return working(run(CHECKOUT, seconds=0.5), 400)


def approval() -> Workload:
    """Five states, three calls and an answer after three days."""
    return msgspec.structs.replace(run(APPROVAL, seconds=0.4), ms=3 * DAY * 1_000)


def nightly(kind: str = "STANDARD") -> Workload:
    """A Distributed Map of 10,000 items, whose executions take 1 s and two tasks each."""
    return items(run(fan_out(kind), [1, 2, 3], seconds=0.4), 10_000, 1_000)
