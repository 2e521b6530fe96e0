"""The eight state types, one file each."""

from asl.spec.fields import Element
from asl.states.choice import CHOICE
from asl.states.fail import FAIL
from asl.states.map_ import MAP
from asl.states.parallel import PARALLEL
from asl.states.pass_ import PASS
from asl.states.succeed import SUCCEED
from asl.states.task import TASK
from asl.states.wait import WAIT

STATE_TYPES: dict[str, Element] = {
    "Task": TASK,
    "Wait": WAIT,
    "Pass": PASS,
    "Succeed": SUCCEED,
    "Fail": FAIL,
    "Choice": CHOICE,
    "Parallel": PARALLEL,
    "Map": MAP,
}
"""Every state type by its Type, in the order in which AWS lists them."""

__all__ = ["STATE_TYPES"]
