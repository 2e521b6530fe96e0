"""An Amazon States Language interpreter: parse, validate and run state machines, exactly as AWS does.

import asl

machine = asl.parse(open("machine.asl.json").read())
result = asl.simulate(machine, {"who": "world"}, handlers={"greet": greet})
print(result.status, result.output, result.cost.standard.usd)
"""

from asl.definition import parse, validate
from asl.diagnostics import Diagnostic
from asl.elements.machine import StateMachine
from asl.errors import Failure, InvalidDefinition, InvalidExecutionInput
from asl.handlers import handler
from asl.history import History
from asl.interpreter import Execution, Identity, Step, advance, start
from asl.simulate import Result, simulate

__all__ = [
    "Diagnostic",
    "Execution",
    "Failure",
    "History",
    "Identity",
    "InvalidDefinition",
    "InvalidExecutionInput",
    "Result",
    "StateMachine",
    "Step",
    "advance",
    "handler",
    "parse",
    "simulate",
    "start",
    "validate",
]
