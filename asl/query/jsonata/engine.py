"""The one module that knows jlens, the JSONata engine; imported with the first expression that needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypedDict

from asl.jsontypes import JSON, InvalidJSON, dumps, loads
from asl.query.jsonata.failures import MEMORY_CODE, Fault, JSONataSyntaxError, JSONataUnavailable
from asl.query.jsonata.functions import ADDED, CALCULATION, PURE, calculation
from asl.query.jsonata.tokens import tokens

try:
    import jlens
except ImportError:
    raise JSONataUnavailable from None

DEPTH = 100
"""Limit: AWS, measured: ``1+1+...`` of 100 terms, ``Depth=101 max=100``."""
_FORM_DEPTH = 2
"""What the block and the object of the lazy form add to the depth of an expression."""


class Limits(TypedDict):
    """What an evaluation may use; strings and results are counted in bytes of UTF-8."""

    timeout: float
    max_steps: int
    max_string_length: int
    max_array_length: int
    max_result_size: int


LIMITS = Limits(
    # The steps decide, so that a verdict is the same on every machine: about half a second here, and AWS
    # gives a slower engine 1 s. The clock is a fuse for what counts no steps.
    timeout=5.0,
    max_steps=10_000_000,
    # AWS, measured: an array of 873,782 and a string of 2^22 pass, one more and 2^23 do not.
    max_string_length=8 * 873_782,
    max_array_length=873_782,
    # That array takes 6,005,370 bytes as JSON. What shares its parts, as `[$a,$a]` does, can be a few
    # values in the engine and billions when it is written.
    max_result_size=8 * 873_782,
)
REGEX_SECONDS = 1.0
"""Limit: AWS, measured: 1 s. Matching counts no steps, so with a regex the clock decides, as there."""
QUADRATIC = frozenset({"distinct", "keys"})
"""Functions that compare each with each in the engine, where they see neither steps nor clock."""
QUADRATIC_LENGTH = 100_000
"""Limit, ours: items of an array in an expression that uses them.

One thing stays without a bound: ``=`` and ``in`` on two values that hold their own parts twice over, forty
levels deep. The engine compares them part by part and looks at no limit meanwhile.
"""


class Reads(NamedTuple):
    """What an expression looks at.

    Attributes:
        members: The members of ``$states``, or None for the whole.
        variables: The other free variables: no function, and bound nowhere in the expression.
        fields: The names it reads from a context item it does not have.
        context: Whether it reads the context item in a way that tells no names.
        shape: Whether it may look at the context item at all, if only at its type.
        tree: What it reads of each variable: True for all, else the keys with what it reads of each.
    """

    members: frozenset[str] | None
    variables: frozenset[str]
    fields: frozenset[str]
    context: bool
    shape: bool
    tree: Mapping[str, Any]


def reads(text: str, called: Iterable[str] = ()) -> Reads:
    """What an expression reads; compiles it alone, so that nothing in it can close the form around it.

    Args:
        text: The expression.
        called: The variables it calls, whose calls then count as reading their arguments only.

    Raises:
        JSONataSyntaxError: It does not parse.
    """
    expression = _compiled(text)
    found: Mapping[str, Any] = expression.reads(dict.fromkeys({*ADDED, *called}, _nothing))
    bindings = found["bindings"]
    states = bindings.get("states", {})
    given = found.get("input", {})
    return Reads(
        members=None if states is True else frozenset(states),
        variables=frozenset(bindings) - ADDED - {"states"},
        fields=frozenset() if given is True else frozenset(given),
        context=given is True,
        shape="input" in found,
        tree=bindings,
    )


@lru_cache(maxsize=256)
def is_function(name: str) -> bool:
    """Whether JSONata has a function of this name."""
    return "input" not in (found := _compiled(f"${name}").reads()) and name not in found["bindings"]


@lru_cache(maxsize=256)
def reads_context(name: str, arguments: int) -> bool:
    """Whether a function called with so many arguments may take the context item for one more."""
    return "input" in _compiled(f"${name}({','.join(['$x'] * arguments)})").reads({"x": 1})


def pruned(value: JSON, tree: Any) -> JSON:
    """A value cut down to what is read of it, because the engine converts bindings whole."""
    if tree is True:
        return value
    if isinstance(value, dict):
        return {key: pruned(value[key], branch) for key, branch in tree.items() if key in value}
    if isinstance(value, list):
        # Lists in lists stay whole, so that data of any depth costs no more stack than the tree is deep.
        return [pruned(each, tree) if isinstance(each, dict) else each for each in value]
    return value


class Program:
    """An expression ready to run.

    jlens converts bindings whole before it runs (3 ms for 256 KB) and reads its input only as far as
    an expression goes. So states and variables are given as the input, where the expression itself
    does not look at the input.
    """

    def __init__(self, text: str, variables: Iterable[str], functions: frozenset[str], *, lazy: bool) -> None:
        self._prefix = 0
        self._lazy = lazy
        source = text
        if lazy:
            names = ("states", *sorted(variables))
            head = "(" + "".join(f"${name}:=$$.{dumps(name)};" for name in names) + '{"r":'
            self._prefix = len(head)
            source = f"{head}{text}}})"
        self._expression = _compiled(source)
        for name in PURE.keys() & functions:
            function = PURE[name]
            self._expression.register_function(name, function.call, function.signature)
        if CALCULATION in text:
            self._expression.register_function(CALCULATION, calculation)
        self._depth = DEPTH + _FORM_DEPTH if lazy else DEPTH
        self._limits = LIMITS.copy()
        if any(word.kind == "regex" for word in tokens(text)):
            self._limits["timeout"] = REGEX_SECONDS
        if QUADRATIC & functions:
            self._limits["max_array_length"] = min(LIMITS["max_array_length"], QUADRATIC_LENGTH)

    def run(
        self, states: dict[str, JSON], variables: dict[str, JSON], bound: dict[str, Any], now: int | None
    ) -> tuple[JSON, ...]:
        """The value, alone in a tuple, or an empty one where it is undefined or a function.

        Raises:
            Fault: The evaluation threw an error.
        """
        depth, limits = self._depth, self._limits
        try:
            if self._lazy:
                wrapped: dict[str, JSON] = self._expression.evaluate(
                    {**variables, "states": states}, bound or None, max_depth=depth, now=now, **limits
                )
                return tuple(wrapped.values())
            text = self._expression.evaluate_json(
                None, {**bound, **variables, "states": states}, max_depth=depth, now=now, **limits
            )
        except jlens.JlensError as error:
            raise self._fault(error) from None
        try:
            return () if text is None else (loads(text),)
        except InvalidJSON as error:  # deeper than JSON may be
            raise Fault(MEMORY_CODE, error.message) from None

    def _fault(self, error: jlens.JlensError) -> Fault:
        places = (error.start, error.end, error.position)
        start, end, position = (None if each is None else each - self._prefix for each in places)
        return Fault(error.code, str(error), start, end, position)


def _compiled(text: str) -> jlens.Expression:
    try:
        return jlens.Expression(text)
    except jlens.JlensError as error:
        raise JSONataSyntaxError(str(error), error.position) from None
    except UnicodeEncodeError as error:
        raise JSONataSyntaxError("Half of a surrogate pair stands alone", error.start) from None


def _nothing(*arguments: JSON) -> None:
    return None
