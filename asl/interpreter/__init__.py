"""The interpreter: moves an execution on by one signal, and says what it wants done."""

from asl.interpreter.execution import Execution, Identity, Step
from asl.interpreter.turn import advance, start

__all__ = ["Execution", "Identity", "Step", "advance", "start"]
