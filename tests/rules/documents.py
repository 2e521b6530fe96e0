"""The pages of docs/rules as they are to be, made of the table of rules and of their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from asl.diagnostics import ADVICE, OURS
from asl.rules import Rule, book
from tests.docs.pages import ROOT

FOLDER = ROOT / "docs" / "rules"
SOURCE = ROOT / "asl" / "rules" / "pages"

INDEX = """\
<!-- Written by `make docs` from asl/rules; change what is there. -->

# Rules

What `asl validate` and `asl.validate` hold a definition to. Each rule has a code, which is ours and is never
given to another rule, and a page, which `asl explain` prints. AWS tells several rules by one code of its
own. An error is what AWS refuses; a warning is what it takes, or what is not known to be refused. Advice is
on what is right and could cost less or stand more; `asl lint` tells it, and `asl cost`.

The pages name their sources. The specification is that of the
[Amazon States Language](https://states-language.net/), the developer guide is
[AWS's for Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html), and recorded
is what AWS itself answered. Every example is executed by the tests: the wrong one breaks its rule and no
other, the right one breaks none. Those of advice are given a sample, where a sample is needed.
"""


def documents() -> dict[str, str]:
    """Every file of the folder by its name, with what it has to hold."""
    pages = {f"{code}.md": _page(book.page(code)) for code in book.ALL}
    return {"README.md": "\n".join(_index()), **pages}


def _index() -> Iterator[str]:
    yield INDEX
    for about, rules in groupby(book.ALL.values(), book.group):
        yield f"## {about}\n"
        yield "| Code | What is wrong | AWS's code | Severity |"
        yield "| --- | --- | --- | --- |"
        for rule in rules:
            title = book.page(rule.code).title
            yield f"| [{rule.code}]({rule.code}.md) | {title} | {_aws(rule)} | {rule.severity.lower()} |"
        yield ""


def _page(page: book.Page) -> str:
    rule = page.rule
    written = (SOURCE / f"{rule.code}.md").read_text("utf-8")
    _, _, below = written.partition("\n\n")
    linked = re.sub(r"(?:ASL|ADV)[0-9]{3}", r"[\g<0>](\g<0>.md)", below)
    return f"""\
<!-- Written by `make docs` from asl/rules/pages/{rule.code}.md; change that. -->

# {rule.code}: {page.title}

| AWS's code | Severity | What to do |
| --- | --- | --- |
| {_aws(rule)} | {rule.severity.lower()} | {_plain(rule.advice)} |

{linked}
[All rules](README.md)
"""


def _aws(rule: Rule) -> str:
    return f"`{rule.aws}`" + (" (ours)" if rule.aws in {*OURS, ADVICE} else "")


def _plain(text: str) -> str:
    """A text in which Markdown finds nothing to mark up."""
    return re.sub(r"[\\$_*<>|\[\]`]", r"\\\g<0>", text)
