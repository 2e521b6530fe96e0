"""`asl explain`: tells what a rule asks, or what advice is about, why, and how a definition keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import click
from click.shell_completion import CompletionItem

from asl.rules import Rule, book
from cli import json_text, options
from cli.terminal import Terminal

WIDEST = 100
"""Columns beyond which prose is hard to read."""


def _rules(ctx: click.Context, _: click.Parameter, given: tuple[str, ...]) -> list[list[Rule]]:
    """For each code the rules that it stands for; without a code all of them."""
    try:
        return [book.find(code) for code in given] or [list(book.ALL.values())]
    except book.UnknownCode as error:
        raise click.BadParameter(f"{error} (asl explain lists all)") from None


def _complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes that begin so, each with what it is about."""
    return [
        CompletionItem(code, help=book.page(code).title if code in book.ALL else None)
        for code in book.codes()
        if code.startswith(incomplete.upper())
    ]


@click.command(
    name="explain",
    short_help="Tell what a rule asks, and why.",
    epilog="""\b
Examples:
  asl explain
  asl explain ASL202
  asl explain asl202 asl203
  asl explain MISSING_TRANSITION_TARGET
  asl explain ASL202 --json | jq -r '.[].right'

\b
Exit codes:
  0    it was told
  2    bad usage, or a code that no rule has
""",
)
@click.argument("codes", nargs=-1, metavar="[CODE]...", callback=_rules, shell_complete=_complete)
@options.json_option("Print a list of objects: code, aws, severity, title, advice, text, wrong, right.")
@options.no_color_option
def command(codes: list[list[Rule]], as_json: bool) -> None:
    """Tell what the rules with these CODEs ask, why, and who says so, with examples.

    A CODE is what asl validate and asl lint show in brackets, such as ASL202. One of AWS's codes, such as
    MISSING_TRANSITION_TARGET, lists the rules that AWS tells by it. Without a CODE all rules are
    listed.
    """
    if as_json:
        wanted = dict.fromkeys(rule for rules in codes for rule in rules)
        json_text.write([_object(book.page(rule.code)) for rule in wanted])
        return
    terminal = Terminal("stdout")
    for number, rules in enumerate(codes):
        if number:
            terminal.write()
        alone = len(rules) == 1
        terminal.write_all(_page(book.page(rules[0].code), terminal) if alone else _list(rules))


def _object(page: book.Page) -> dict[str, Any]:
    rule = page.rule
    return {
        "code": rule.code,
        "aws": rule.aws,
        "severity": rule.severity,
        "title": page.title,
        "advice": rule.advice,
        "text": page.text,
        "wrong": page.wrong.text,
        "right": page.right.text,
    }


# ------------------------------------------------------------------ a list of rules


def _list(rules: list[Rule]) -> Iterator[str]:
    """The rules by what they are about, one line each."""
    for number, (about, members) in enumerate(groupby(rules, book.group)):
        if number:
            yield ""
        yield click.style(about, bold=True)
        for rule in members:
            warning = click.style(" (warning)", fg="yellow") if rule.severity == "WARNING" else ""
            yield f"  {click.style(rule.code, fg='cyan')}  {book.page(rule.code).title}{warning}"


# ------------------------------------------------------------------ a page


def _page(page: book.Page, terminal: Terminal) -> Iterator[str]:
    rule = page.rule
    colour = "red" if rule.severity == "ERROR" else "yellow"
    yield click.style(f"{rule.code}: {page.title}", bold=True)
    yield f"{click.style(rule.severity.lower(), fg=colour)} {rule.aws}"
    yield ""
    yield from _prose(page.text, terminal) if terminal.live else page.text.splitlines()
    for name, example in (("Wrong", page.wrong), ("Right", page.right)):
        yield ""
        yield click.style(name, bold=True)
        yield ""
        if example.note:
            yield from (f"  {example.note}:", "")
        yield from (f"  {line}" for line in json_text.coloured(example.text).splitlines())
    yield ""
    yield click.style("hint: ", fg="cyan") + rule.advice


def _prose(text: str, terminal: Terminal) -> list[str]:
    """Markdown as wide as the terminal, its code in colour."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    console = Console(
        width=min(terminal.width, WIDEST),
        color_system="standard" if terminal.coloured else None,
        theme=Theme({"markdown.code": "green"}),
        force_terminal=True,
        highlight=False,
    )
    with console.capture() as drawn:
        console.print(Markdown(text))
    return [line.rstrip() for line in drawn.get().splitlines()]
