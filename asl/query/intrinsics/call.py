"""The compiler of intrinsic calls: text to call tree to closure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from asl.errors import InterpreterFailure
from asl.jsontypes import JSON
from asl.query.environment import Environment, Evaluate
from asl.query.intrinsics.arguments import Refusal, as_json
from asl.query.intrinsics.syntax import Argument, Call, IntrinsicSyntaxError, Literal, Path, parse
from asl.query.jsonpath import PathTooCostly

CompilePath: TypeAlias = Callable[[str], Evaluate]

# A RecursionError is the data's fault: nothing here recurses but along its nesting.
_REFUSED = (Refusal, RecursionError)


def is_intrinsic(text: str) -> bool:
    """Whether a text of a payload template is meant as a call, and not as a path."""
    return text.startswith("States.")


def compile_intrinsic(text: str, compile_path: CompilePath) -> Evaluate:
    """A call of an intrinsic function as a closure.

    Args:
        text: The call, such as ``States.MathAdd($.i, 1)``.
        compile_path: Compiles a path argument; its ValueErrors are told as ours.

    Raises:
        IntrinsicSyntaxError: The text is no valid call.
    """
    compiled = _compiled(parse(text), compile_path)
    return _constant(compiled.value) if isinstance(compiled, Literal) else compiled


def _compiled(call: Call, compile_path: CompilePath) -> Literal | Evaluate:
    """A call whose arguments are all constant is itself a constant."""
    arguments = [_argument(each, call, compile_path) for each in call.arguments]
    function = call.intrinsic.function
    if call.intrinsic.draws:
        return _drawing(function, [_evaluate(each) for each in arguments], call)
    first = call.arguments[0] if call.arguments else None
    try:
        if call.intrinsic.literal and isinstance(first, Literal) and first.raw is not None:
            function = call.intrinsic.literal(first.raw, len(arguments) - 1)
            del arguments[0]
        constants = [each.value for each in arguments if isinstance(each, Literal)]
        if len(constants) == len(arguments):
            return Literal(function(*constants))
    except _REFUSED as refused:
        return _failing(call, refused)
    return _applied(function, arguments, call)


def _argument(argument: Argument, call: Call, compile_path: CompilePath) -> Literal | Evaluate:
    if isinstance(argument, Literal):
        return argument
    if isinstance(argument, Call):
        return _compiled(argument, compile_path)
    try:
        evaluate = compile_path(argument.text)
    except ValueError as error:
        message = f"the path {argument.text} is not valid: {error}"
        raise IntrinsicSyntaxError(message, argument.offset) from error
    return _found(evaluate, argument, call)


def _found(evaluate: Evaluate, path: Path, call: Call) -> Evaluate:
    """A path argument, whose miss is told as the failure of the call."""

    def argument(data: JSON, env: Environment) -> JSON:
        try:
            return evaluate(data, env)
        except PathTooCostly:
            raise
        except (LookupError, InterpreterFailure):
            raise _missing(path, call, data) from None

    return argument


def _applied(function: Callable[..., JSON], arguments: list[Literal | Evaluate], call: Call) -> Evaluate:
    """The function on its arguments; one and two of them are spelt out, as they are on every hot path."""
    if len(arguments) == 1:
        return _unary(function, _evaluate(arguments[0]), call)
    if len(arguments) != 2:
        return _variadic(function, [_evaluate(each) for each in arguments], call)
    first, second = arguments
    if isinstance(second, Literal):
        return _binary_with_constant(function, _evaluate(first), second.value, call)
    return _binary(function, _evaluate(first), second, call)


def _unary(function: Callable[..., JSON], first: Evaluate, call: Call) -> Evaluate:
    def evaluate(data: JSON, env: Environment) -> JSON:
        try:
            return function(first(data, env))
        except _REFUSED as refused:
            raise _failure(call, refused) from None

    return evaluate


def _binary(function: Callable[..., JSON], first: Evaluate, second: Evaluate, call: Call) -> Evaluate:
    def evaluate(data: JSON, env: Environment) -> JSON:
        try:
            return function(first(data, env), second(data, env))
        except _REFUSED as refused:
            raise _failure(call, refused) from None

    return evaluate


def _binary_with_constant(
    function: Callable[..., JSON], first: Evaluate, second: JSON, call: Call
) -> Evaluate:
    def evaluate(data: JSON, env: Environment) -> JSON:
        try:
            return function(first(data, env), second)
        except _REFUSED as refused:
            raise _failure(call, refused) from None

    return evaluate


def _variadic(function: Callable[..., JSON], arguments: list[Evaluate], call: Call) -> Evaluate:
    def evaluate(data: JSON, env: Environment) -> JSON:
        try:
            return function(*[argument(data, env) for argument in arguments])
        except _REFUSED as refused:
            raise _failure(call, refused) from None

    return evaluate


def _drawing(function: Callable[..., JSON], arguments: list[Evaluate], call: Call) -> Evaluate:
    def evaluate(data: JSON, env: Environment) -> JSON:
        try:
            return function(env.draw, *[argument(data, env) for argument in arguments])
        except _REFUSED as refused:
            raise _failure(call, refused) from None

    return evaluate


def _evaluate(argument: Literal | Evaluate) -> Evaluate:
    return _constant(argument.value) if isinstance(argument, Literal) else argument


def _constant(value: JSON) -> Evaluate:
    return lambda data, env: value


def _failing(call: Call, refused: Exception) -> Evaluate:
    """A call that fails whatever the data: AWS finds that out when it runs, not when it is created."""

    def evaluate(data: JSON, env: Environment) -> JSON:
        raise _failure(call, refused)

    return evaluate


def _failure(call: Call, refused: Exception) -> InterpreterFailure:
    """The failure that a function's refusal is to the execution.

    AWS: States.Runtime (developer guide); no recording holds the cause. "Invalid arguments in
    States.X" is what users report, and we go on to say what was wrong with them.
    """
    name = call.intrinsic.name
    if isinstance(refused, Refusal):
        return _cause(call, f"Invalid {refused.subject} in {name}: {refused}")
    return _cause(call, f"Invalid arguments in {name}: a value nests too deeply")


def _missing(path: Path, call: Call, data: JSON) -> InterpreterFailure:
    # AWS: the form is from memory and from users' reports; no recording holds it.
    missed = (
        f"The JsonPath argument for the field '{path.text}' could not be found in the input '{as_json(data)}'"
    )
    return _cause(call, missed)


def _cause(call: Call, what: str) -> InterpreterFailure:
    return InterpreterFailure(f"The function '{call.text}' had the following error: {what}")
