"""JSONPath mode as the fields of a definition use it: AWS's texts around Jayway's paths."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from asl.errors import RESULT_PATH_MATCH_FAILURE, Failure, InterpreterFailure
from asl.jsontypes import JSON, dumps
from asl.query.environment import Environment, Evaluate
from asl.query.intrinsics import compile_intrinsic, is_intrinsic
from asl.query.jsonpath import CannotWrite, Path, PathNotFound, PathSyntaxError, compile_path, writer
from asl.query.template import compile_template
from asl.spec.fields import Expression, Language

Miss = Callable[[str, JSON], Failure]
"""Makes the failure that a path's miss means in its field, of Jayway's message and the data."""


_compile = lru_cache(maxsize=4096)(compile_path)
"""Paths are immutable and a definition repeats them: each is compiled once."""


class JSONPathLanguage:
    """The query language of a state without QueryLanguage, or with ``"QueryLanguage": "JSONPath"``."""

    name: Language = "JSONPath"

    def path(self, text: str) -> Expression:
        """A path whose miss is told with Jayway's message (recorded for InputPath, OutputPath, Variable)."""

        def miss(message: str, data: JSON) -> Failure:
            return InterpreterFailure(f"Invalid path '{text}' : {message}")

        return Expression(text, _read(_compile(text), miss))

    def path_or_intrinsic(self, text: str, field: str) -> Expression:
        """A path or a call, a miss told as in a payload template (recorded for ErrorPath, CausePath)."""
        return Expression(text, _entry(text, field))

    def reference(self, text: str) -> Expression:
        """Where ResultPath writes to; where it cannot, that is States.ResultPathMatchFailure."""
        path = _compile(text)
        if path.root != "$" or not path.reference:
            raise PathSyntaxError(
                f"'{text}' is not a Reference Path: only names and indexes may stand in it", 0
            )
        write = writer(path)

        def put(document: JSON, value: JSON) -> JSON:
            try:
                return write(document, value)
            except CannotWrite as error:
                raise InterpreterFailure(
                    f"Unable to apply ReferencePath {text} to input {dumps(document)}: {error}",
                    RESULT_PATH_MATCH_FAILURE,
                ) from None

        return Expression(text, put)

    def template(self, value: JSON, field: str) -> Expression:
        """A payload template."""
        return Expression(field, compile_template(value, _entry))

    def scalar(self, text: str, field: str) -> Expression | None:
        """Nothing: in JSONPath mode a string in a field is a string."""
        return None


def _entry(text: str, field: str) -> Evaluate:
    """One computed entry: a path or an intrinsic call.

    Text of the miss: recorded, `` The JSONPath '..' specified for the field '..' could not be found ``.
    """
    if is_intrinsic(text):
        return compile_intrinsic(text, _argument)

    def miss(message: str, data: JSON) -> Failure:
        return InterpreterFailure(
            f"The JSONPath '{text}' specified for the field '{field}' could not be found in the input "
            f"'{dumps(data)}'"
        )

    return _read(_compile(text), miss)


def _argument(text: str) -> Evaluate:
    """A path as an argument of an intrinsic call, which tells a miss in its own words."""
    path = _compile(text)
    return _rooted(path, path.read)


def _read(path: Path, miss: Miss) -> Evaluate:
    read = path.read
    if path.root == "$" and not path.steps and path.reference:
        return lambda data, env: data
    if path.root == "$":

        def evaluate(data: JSON, env: Environment) -> JSON:
            try:
                return read(data)
            except PathNotFound as error:
                raise miss(str(error), data) from None

        return evaluate
    rooted = _rooted(path, read)

    def evaluate_rooted(data: JSON, env: Environment) -> JSON:
        try:
            return rooted(data, env)
        except PathNotFound as error:
            raise miss(str(error), data) from None
        except KeyError:
            raise miss(f"No variable '{path.root}' has been assigned", data) from None

    return evaluate_rooted


def _rooted(path: Path, read: Callable[[JSON], JSON]) -> Evaluate:
    """A path read from its root: the data, the context object or a variable."""
    if path.root == "$":
        return lambda data, env: read(data)
    if path.root == "$$":
        return lambda data, env: read(env.context())
    name = path.root
    return lambda data, env: read(env.variable(name))
