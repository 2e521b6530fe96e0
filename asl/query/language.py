"""JSONPath mode as the fields of a definition use it: AWS's texts around Jayway's paths."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from asl.errors import RESULT_PATH_MATCH_FAILURE, Failure, InterpreterFailure
from asl.jsontypes import JSON, dumps
from asl.query.environment import Environment, Evaluate
from asl.query.jsonpath import CannotWrite, Path, PathNotFound, PathSyntaxError, compile_path, writer
from asl.query.template import compile_template
from asl.spec.fields import Expression, Language

_NO_VARIABLE = ("$", "$$")
"""Roots of paths that are the data and the context object; all others are names of variables."""
_NONE: frozenset[str] = frozenset()

Miss = Callable[[str, JSON], Failure]
"""Makes the failure that a path's miss means in its field, of Jayway's message and the data."""


@lru_cache(maxsize=4096)  # paths are immutable, and a definition repeats them
def _compile(text: str) -> Path:
    if not text.startswith("$"):  # Jayway would put one before it; the specification wants it written
        raise PathSyntaxError("a path begins with $", 0)
    try:
        # AWS: a backslash before a double quote stays, where Jayway would drop it (recorded, Feb 2025)
        return compile_path(text.replace('\\"', '\\\\"'))
    except PathSyntaxError as error:
        if not refused_when_run(text):
            raise
        return _refused(text, error.message)


_WHEN_RUN = re.compile(r"\[\(@|\?\([^\[\]]*[=<>]=?\s*(?!true\b|false\b|null\b)[A-Za-z]\w*\s*[)&|]")


def refused_when_run(text: str) -> bool:
    """Whether a text has a form that AWS takes when a machine is created, and Jayway refuses when it runs.

    These are an index computed by a script, ``[(@.length-1)]``, and a filter's comparison with a word
    without quotes. Published definitions that AWS's own validator takes have both; what happens when
    they run is inferred.
    """
    return _WHEN_RUN.search(text) is not None


def _refused(text: str, message: str) -> Path:
    def read(document: JSON) -> JSON:
        raise PathNotFound(lambda: message)

    return Path(text, "$", True, False, (), read)


class JSONPathLanguage:
    """The query language of a state without QueryLanguage, or with ``"QueryLanguage": "JSONPath"``."""

    name: Language = "JSONPath"

    def path(self, text: str) -> Expression:
        """A path whose miss is told with Jayway's message (recorded for InputPath, OutputPath, Variable)."""

        def miss(message: str, data: JSON) -> Failure:
            return InterpreterFailure(f"Invalid path '{text}' : {message}")

        path = _compile(text)
        return Expression(text, _read(path, miss), variables=_variables(path))

    def variable(self, text: str) -> Expression:
        """A path of a choice rule, which has words of its own for a miss and for no input at all."""

        def miss(message: str, data: JSON) -> Failure:
            if data is None:
                return InterpreterFailure("Unable to apply Path transformation to null or empty input.")
            return InterpreterFailure(
                f"Invalid path '{text}': The choice state's condition path references an invalid value."
            )

        path = _compile(text)
        evaluate = _read(path, miss)
        if path.root == "$" and path.reference and not path.steps:

            def whole(data: JSON, env: Environment) -> JSON:
                if data is None:
                    raise miss("", data)
                return data

            evaluate = whole
        return Expression(text, evaluate, _presence(path), variables=_variables(path))

    def path_or_intrinsic(self, text: str, field: str) -> Expression:
        """A path or a call, a miss told as in a payload template (recorded for ErrorPath, CausePath)."""
        entries = _Entries()
        return Expression(text, entries.compile(text, field), variables=entries.variables)

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

    def template(self, value: JSON, field: str, members: frozenset[str]) -> Expression:
        """A payload template."""
        entries = _Entries()
        return Expression(field, compile_template(value, entries.compile), variables=entries.variables)

    def scalar(self, text: str, field: str, members: frozenset[str]) -> Expression | None:
        """Nothing: in JSONPath mode a string in a field is a string."""
        return None


class _Entries:
    """The compiler of a field's computed entries."""

    __slots__ = ("_variables",)

    def __init__(self) -> None:
        self._variables: set[str] = set()

    @property
    def variables(self) -> frozenset[str]:
        """The variables that the entries compiled so far read."""
        return frozenset(self._variables) if self._variables else _NONE

    def compile(self, text: str, field: str) -> Evaluate:
        """One computed entry: a path or an intrinsic call.

        Text of the miss: recorded, `` The JSONPath '..' specified for the field '..' could not be found ``.
        """
        if text.startswith("States."):
            from asl.query.intrinsics import compile_intrinsic  # most machines call none: start-up time

            return compile_intrinsic(text, self._argument)

        def miss(message: str, data: JSON) -> Failure:
            return InterpreterFailure(
                f"The JSONPath '{text}' specified for the field '{field}' could not be found in the input "
                f"'{dumps(data)}'"
            )

        path = _compile(text)
        if path.root not in _NO_VARIABLE:
            self._variables.add(path.root)
        return _read(path, miss)

    def _argument(self, text: str) -> Evaluate:
        """A path as an argument of an intrinsic call, which tells a miss in its own words."""
        path = _compile(text)
        root, read = _root(path), path.read
        if path.root == "$":
            return lambda data, env: read(data)
        if path.root not in _NO_VARIABLE:
            self._variables.add(path.root)
        return lambda data, env: read(root(data, env))


def _read(path: Path, miss: Miss) -> Evaluate:
    if path.root == "$" and not path.steps and path.reference:
        return lambda data, env: data
    read = path.read
    if path.root == "$":

        def evaluate(data: JSON, env: Environment) -> JSON:
            try:
                return read(data)
            except PathNotFound as error:
                return _missed(path, data, error, data, miss)

        return evaluate
    root = _root(path)

    def evaluate_rooted(data: JSON, env: Environment) -> JSON:
        try:
            document = root(data, env)
        except KeyError:
            raise miss(f"No variable '{path.root}' has been assigned", data) from None
        try:
            return read(document)
        except PathNotFound as error:
            return _missed(path, document, error, data, miss)

    return evaluate_rooted


def _missed(path: Path, document: JSON, error: PathNotFound, data: JSON, miss: Miss) -> JSON:
    """What AWS makes of a path that Jayway does not find.

    A path that can match several gives an empty array, also where what it starts from is missing
    (recorded, Apr 2025), and an index past the end of an array gives null (measured); else it is a
    failure.
    """
    if not path.definite:
        return []
    if path.reference and _past_the_end(path, document):
        return None
    raise miss(str(error), data) from None


def _past_the_end(path: Path, document: JSON) -> bool:
    for step in path.steps:
        if isinstance(step, int) and isinstance(document, list) and step >= len(document):
            return True
        try:
            document = document[step]
        except (LookupError, TypeError):
            return False
    return False


def _presence(path: Path) -> Callable[[JSON, Environment], bool]:
    """Whether a path leads to something; asked by IsPresent, for which an index past the end does not."""
    root = _root(path)
    read = path.read

    def present(data: JSON, env: Environment) -> bool:
        try:
            read(root(data, env))
        except (PathNotFound, KeyError):
            return False
        return True

    return present


def _variables(path: Path) -> frozenset[str]:
    """The variable that a path starts from, if it does."""
    return _NONE if path.root in _NO_VARIABLE else frozenset((path.root,))


def _root(path: Path) -> Evaluate:
    """The value that a path starts from: the data, the context object or a variable."""
    if path.root == "$":
        return lambda data, env: data
    if path.root == "$$":
        return lambda data, env: env.context()
    name = path.root
    return lambda data, env: env.variable(name)
