"""A refusal: why a command does not begin, in words for whoever gave it, without a traceback."""

from __future__ import annotations

import click


class Refusal(click.ClickException):
    """What was given cannot be used: a file that cannot be read, or that holds something else."""

    exit_code = 2


def reason(error: OSError) -> str:
    """What the operating system says of a file, such as ``No such file or directory``."""
    return error.strerror or type(error).__name__
