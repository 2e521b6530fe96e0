"""The scopes inside an expression, and with them which of its variables come from outside of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from asl.query.jsonata.tokens import Token, is_operator

Kind: TypeAlias = Literal["body", "block", "parameters", "list"]

_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_ENDING = frozenset(";,")
_IN_A_PATH = frozenset({".", "@", "#", "^"})


class _Level:
    """What is known of the inside of a bracket, up to the word being read.

    Attributes:
        kind: The body of a function or the whole expression, a block, parameters, or any other list.
        bound: The names bound in it.
        pending: Those bound by a ``:=`` whose right side is still being read.
        path: Those bound for the rest of a path, by ``@`` or ``#``.
        free: Those that the body reads before anything binds them.
        later: Those that functions in it read; they run later, when all that is bound in it may be.
    """

    __slots__ = ("bound", "free", "kind", "later", "path", "pending")

    def __init__(self, kind: Kind, bound: Iterable[str] = ()) -> None:
        self.kind = kind
        self.bound = set(bound)
        self.pending: set[str] = set()
        self.path: set[str] = set()
        self.free: set[str] = set()
        self.later: set[str] = set()

    def unbound(self) -> set[str]:
        """The names that it reads from around it."""
        return self.free | (self.later - self.bound)


def free_variables(words: tuple[Token, ...]) -> frozenset[str]:
    """The variables that an expression reads from outside of it, functions and ``states`` among them.

    A function in it may be called after what follows it in its block, so whatever its block binds is
    bound there. Everything else is evaluated in the order in which it is written.
    """
    levels = [_Level("body")]
    parameters: set[str] | None = None
    for index, word in enumerate(words):
        level = levels[-1]
        if word.kind == "variable":
            _variable(words, index, levels)
        elif word.kind == "operator" and word.text in _OPENING:
            kind = _opened(words, index, is_body=parameters is not None)
            levels.append(_Level(kind, parameters or () if kind == "body" else ()))
            parameters = None if kind == "body" else parameters
        elif word.kind == "operator" and word.text in _CLOSING and len(levels) > 1:
            _settle(levels)
            levels.pop()
            levels[-1].later |= level.unbound()
            parameters = level.bound if level.kind == "parameters" else parameters
        elif word.kind == "operator" and word.text in _ENDING:
            _settle(levels)
        elif level.path and not (
            word.is_value or word.text in _IN_A_PATH or is_operator(words, index - 1, ".")
        ):
            level.path.clear()
    _settle(levels)
    return frozenset(levels[0].unbound())


def _variable(words: tuple[Token, ...], index: int, levels: list[_Level]) -> None:
    name, level = words[index].text, levels[-1]
    if name in ("", "$"):
        return
    if level.kind == "parameters":
        level.bound.add(name)
    elif is_operator(words, index - 1, "@", "#"):
        level.path.add(name)
    elif is_operator(words, index + 1, ":="):
        level.pending.add(name)
    elif not any(name in each.bound or name in each.path for each in levels):
        next(each for each in reversed(levels) if each.kind == "body").free.add(name)


def _opened(words: tuple[Token, ...], index: int, *, is_body: bool) -> Kind:
    """What the bracket opens. A call's arguments open no scope of their own."""
    if not is_operator(words, index, "("):
        return "body" if is_body and is_operator(words, index, "{") else "list"
    if index and words[index - 1].kind == "name" and words[index - 1].text in ("function", "λ"):
        return "parameters"
    return "list" if index and words[index - 1].is_value else "block"


def _settle(levels: list[_Level]) -> None:
    """An expression of the innermost list ends: what it bound holds from here on, to the scope's end."""
    level = levels[-1]
    scope = next(each for each in reversed(levels) if each.kind in ("body", "block"))
    scope.bound |= level.pending
    level.pending.clear()
    level.path.clear()
