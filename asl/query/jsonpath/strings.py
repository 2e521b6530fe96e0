"""Backslash escapes in quoted texts, as Jayway undoes them."""

from __future__ import annotations

_HEX = frozenset("0123456789abcdefABCDEF")
_PLAIN = {"r": "\r", "f": "\f", "t": "\t", "n": "\n", "b": "\b"}


def unescaped(text: str) -> str:
    r"""The text without its escapes; ``\x`` is ``x`` unless it stands for a control character.

    Raises:
        ValueError: A ``\u`` without four hexadecimal digits.
    """
    if "\\" not in text:
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char != "\\" or at + 1 == len(text):
            out.append(char)
        elif text[at + 1] == "u":
            out.append(_code_unit(text[at + 2 : at + 6]))
            at += 5
        else:
            out.append(_PLAIN.get(text[at + 1], text[at + 1]))
            at += 1
        at += 1
    return joined("".join(out))


def _code_unit(digits: str) -> str:
    if len(digits) < 4:
        return ""  # Jayway leaves out an escape that the text ends in the middle of
    if not set(digits) <= _HEX:
        raise ValueError(f"Unable to parse unicode value: {digits}")
    return chr(int(digits, 16))


def joined(text: str) -> str:
    """The same text with surrogate pairs, which Java has for characters beyond 16 bits, made one.

    Half of a pair becomes a question mark, as where Java writes UTF-8: JSON cannot hold it.
    """
    if text.isascii():
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return whole.encode("utf-8", "replace").decode()
