"""`asl test`: plays declared tests, and tells what came otherwise than they say."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import json_text, options
from cli.figures import count, duration
from cli.json_text import printable
from cli.refusal import Refusal, reason
from cli.terminal import Terminal

if TYPE_CHECKING:
    from cli.declared.play import Played, Verdict
    from cli.declared.suite import Case

FAILED = 1
MISSED = 5
"""Names of what no case visited that are shown; --json has them all."""


@click.command(
    name="test",
    short_help="Play declared tests of machines.",
    epilog="""\b
Examples:
  asl test sample_machines/checkout/tests.yaml
  asl test machines/*/tests.yaml -k refund
  asl test tests.yaml -k 'ends *' --json | jq '.files[].coverage'
  asl test tests.yaml --junit report.xml

\b
Exit codes:
  0    all cases passed
  1    some failed
  2    bad usage, or a file that cannot be read or says what cannot be
""",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option(
    "-k",
    "pattern",
    metavar="PATTERN",
    help="Only cases whose name holds PATTERN, or with * or ? in it, matches it.",
)
@click.option(
    "--junit",
    metavar="FILE.xml",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a report in JUnit's format.",
)
@options.json_option("Print one JSON object: passed, failed, files with their cases and coverage.")
@options.no_color_option
@click.pass_context
def command(
    ctx: click.Context, /, files: tuple[str, ...], pattern: str | None, junit: Path | None, as_json: bool
) -> None:
    """Play the declared tests in FILEs: run a machine, and compare what comes of it with what they expect.

    A FILE is YAML or JSON. Its cases have an input, mocks or functions for tasks, and what is expected:
    output, error, states visited, transitions, duration. They run on a clock that jumps, from a fixed
    instant, with a fixed seed.
    """
    from cli.declared.play import played
    from cli.declared.suite import suite

    chosen = [(each, _chosen(each.cases, pattern)) for each in map(suite, dict.fromkeys(files))]
    if not any(cases for _, cases in chosen):
        raise Refusal(f"no case is called like {pattern}")
    found = [played(each, cases) for each, cases in chosen if cases]
    if junit is not None:
        _write_junit(junit, found)
    if as_json:
        json_text.write(_report(found))
    else:
        _show(found)
    ctx.exit(FAILED if any(not each.passed for each in _verdicts(found)) else 0)


def _chosen(cases: tuple[Case, ...], pattern: str | None) -> list[Case]:
    if pattern is None:
        return list(cases)
    wanted = pattern.casefold()
    if not set(wanted) & set("*?["):
        wanted = f"*{wanted}*"
    return [each for each in cases if fnmatchcase(each.name.casefold(), wanted)]


def _verdicts(found: list[Played]) -> Iterator[Verdict]:
    for each in found:
        yield from each.verdicts


def _write_junit(path: Path, found: list[Played]) -> None:
    from cli.declared.junit import junit

    try:
        path.write_text(junit(found), encoding="utf-8")
    except OSError as error:
        raise Refusal(f"cannot write {path}: {reason(error)}") from None


def _report(found: list[Played]) -> dict[str, Any]:
    verdicts = list(_verdicts(found))
    return {
        "passed": sum(each.passed for each in verdicts),
        "failed": sum(not each.passed for each in verdicts),
        "files": [
            {
                "file": each.suite.file,
                "machine": each.suite.machine_name,
                "cases": [_object(verdict) for verdict in each.verdicts],
                "coverage": each.coverage.to_dict(),
            }
            for each in found
        ],
    }


def _object(verdict: Verdict) -> dict[str, Any]:
    return {
        "name": verdict.name,
        "passed": verdict.passed,
        "failures": list(verdict.failures),
        "status": verdict.status,
        "transitions": verdict.transitions,
        "seconds": verdict.milliseconds / 1000,
    }


# ------------------------------------------------------------------ for people


def _show(found: list[Played]) -> None:
    terminal = Terminal("stdout")
    for each in found:
        terminal.write(click.style(printable(each.suite.file), bold=True))
        for verdict in each.verdicts:
            terminal.write_all(_lines(verdict))
        terminal.write_all(_coverage(each))
    verdicts = list(_verdicts(found))
    failed = sum(not each.passed for each in verdicts)
    totals = f"{count(len(verdicts), 'case')}: {len(verdicts) - failed} passed, {failed} failed"
    Terminal().write(click.style(totals, fg="red" if failed else "green"))


def _lines(verdict: Verdict) -> Iterator[str]:
    took = f"{count(verdict.transitions, 'transition')}, {duration(verdict.milliseconds)}"
    mark = click.style("  pass", fg="green") if verdict.passed else click.style("  FAIL", fg="red", bold=True)
    yield f"{mark}  {printable(verdict.name)}  " + click.style(f"({took})", dim=True)
    for failure in verdict.failures:
        for line in failure.splitlines():
            yield f"        {_coloured(line)}"


def _coloured(line: str) -> str:
    sides = {"  -": "red", "  +": "green"}
    return click.style(printable(line), fg=sides.get(line[:3]))


def _coverage(played: Played) -> Iterator[str]:
    told = played.coverage.to_dict()
    states, transitions = told["states"], told["transitions"]
    yield click.style(
        f"  visited {states['visited']} of {count(states['total'], 'state')}, "
        f"{transitions['visited']} of {count(transitions['total'], 'transition')}",
        dim=True,
    )
    missed = states["missed"] or transitions["missed"]
    if missed:
        more = f" and {len(missed) - MISSED} more" if len(missed) > MISSED else ""
        listed = ", ".join(printable(each) for each in missed[:MISSED])
        yield click.style(f"  not visited: {listed}{more}", dim=True)
