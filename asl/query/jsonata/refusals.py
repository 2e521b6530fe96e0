"""What AWS refuses when a state machine is created, though it is JSONata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.query.jsonata.failures import JSONataSyntaxError
from asl.query.jsonata.functions import REMOVED
from asl.query.jsonata.tokens import Token, is_operator

if TYPE_CHECKING:
    from asl.query.jsonata.engine import Reads

MEMBERS = frozenset({"input", "context", "result", "errorOutput"})
"""The members of ``$states``."""


def refuse_syntax(words: tuple[Token, ...]) -> None:
    """Refuses operators that are younger than 2.0.6, with the text the parser of 2.0.6 has for them.

    Raises:
        JSONataSyntaxError: There is one.
    """
    for index, word in enumerate(words):
        if is_operator(words, index, "??", "?:") and not _in_signature(words, index):
            symbol = word.text[1]
            raise JSONataSyntaxError(f'The symbol "{symbol}" cannot be used as a unary operator', word.end)


def _in_signature(words: tuple[Token, ...], index: int) -> bool:
    """Whether a word stands in a function's signature, as in ``function($a)<n?:n>{ $a }``."""
    first, last = index, index
    while first > 0 and not (is_operator(words, first, "<") and is_operator(words, first - 1, ")")):
        first -= 1
    while last < len(words) and not (is_operator(words, last, ">") and is_operator(words, last + 1, "{")):
        last += 1
    return first > 0 and last < len(words)


def refuse_removed(words: tuple[Token, ...], unbound: frozenset[str]) -> None:
    """Refuses a call of the function that AWS has taken out, unless the expression binds its name itself.

    Args:
        words: The expression.
        unbound: The variables it reads from outside of it.

    Raises:
        JSONataSyntaxError: There is one.
    """
    if REMOVED not in unbound:
        return
    for index, word in enumerate(words):
        called = is_operator(words, index + 1, "(") or is_operator(words, index - 1, "~>")
        if word.kind == "variable" and word.text == REMOVED and called:
            raise _unsupported(f"Reference to '${REMOVED}' is not supported.", word)


def refuse_members(words: tuple[Token, ...], available: frozenset[str]) -> None:
    """Refuses a member of ``$states`` that does not exist at this place of a definition.

    Raises:
        JSONataSyntaxError: One is read.
    """
    for index, word in enumerate(words):
        if word.kind != "variable" or word.text != "states" or not is_operator(words, index + 1, "."):
            continue
        member = words[index + 2]
        if member.kind in ("name", "string") and member.text in MEMBERS - available:
            raise _unsupported(f"Reference to '$states.{member.text}' is not supported.", word)


def refuse_context(words: tuple[Token, ...], reads: Reads) -> None:
    """Refuses what reads the context item, which an expression on AWS has not.

    A name in a later step of a path, in a predicate or in a sort term reads what stands before it;
    a name in a function's body reads the context item (measured on AWS, Aug 2026).

    Raises:
        JSONataSyntaxError: Something does.
    """
    for word in words:
        if word.kind == "variable" and word.text == "$":
            raise _unsupported("Reference to '$$' is not supported.", word)
    for index, word in enumerate(words):
        if word.text not in reads.fields or word.kind not in ("name", "string"):
            continue
        if not is_operator(words, index - 1, "."):
            raise _unsupported(f"Reference to '{word.text}' at the top level is not supported.", word)
    if reads.shape:
        _refuse_item(words)


def _refuse_item(words: tuple[Token, ...]) -> None:
    """Refuses a ``$`` outside every step, predicate and sort term. A transform hides what is in it."""
    relative: list[bool] = [False]
    for index, word in enumerate(words):
        if word.kind == "variable" and not word.text:
            if not relative[-1] and not is_operator(words, index - 1, "."):
                raise _unsupported("Reference to '$' at the top level is not supported.", word)
        elif is_operator(words, index, "|"):
            return
        elif is_operator(words, index, "(", "[", "{"):
            relative.append(relative[-1] or _opens_step(words, index))
        elif is_operator(words, index, ")", "]", "}"):
            relative.pop()


def _opens_step(words: tuple[Token, ...], index: int) -> bool:
    if is_operator(words, index - 1, ".", "^"):
        return True
    if index == 0 or not words[index - 1].is_value or is_operator(words, index, "("):
        return False
    # A brace behind a closing parenthesis is a function's body, or groups what is in the parentheses.
    return not (is_operator(words, index, "{") and is_operator(words, index - 1, ")", ">"))


def _unsupported(message: str, word: Token) -> JSONataSyntaxError:
    return JSONataSyntaxError(message, word.start, "UNSUPPORTED_JSONATA_EXPRESSION")
