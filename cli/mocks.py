"""Mocked tasks of a run: the options that ask for them, and the test case that they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from asl import StateMachine
from cli.options import given
from cli.refusal import Refusal

if TYPE_CHECKING:
    from emulator.tasks.mocks import Mocks, TestCase

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

VARIABLE = "SFN_MOCK_CONFIG"
"""As Step Functions Local calls it."""


def mock_config_option(decorated: Decorated) -> Decorated:
    """The option `--mock-config`, passed on as ``mock_config``."""
    option = click.option(
        "--mock-config",
        metavar="FILE",
        envvar=VARIABLE,
        type=click.Path(),
        help=f"Answers for tasks, in the format of Step Functions Local. Also the variable {VARIABLE}.",
    )
    return option(decorated)


def test_case_option(decorated: Decorated) -> Decorated:
    """The option `--test-case`, passed on as ``test_case``."""
    option = click.option(
        "--test-case", metavar="NAME", help="The test case of the mock configuration to run."
    )
    return option(decorated)


def chosen_case(
    ctx: click.Context, machine: StateMachine, name: str, file: str | None, case: str | None
) -> TestCase | None:
    """The test case that a command asks for, held to the machine; None where it asks for none.

    Args:
        ctx: The command's context.
        machine: The machine.
        name: What it is called.
        file: The mock configuration.
        case: The test case.

    Raises:
        Refusal: There is no such case, it does not fit, or only one of the two was given.
    """
    if case is None:
        if file is None or not given(ctx, "mock_config"):
            return None
        raise Refusal(f"--mock-config {file} needs --test-case NAME, which says what is mocked")
    if file is None:
        raise Refusal(f"--test-case {case} needs --mock-config FILE, or the variable {VARIABLE}")
    from emulator.tasks.mocks import Mocks

    return case_of(Mocks(file), machine, name, case)


def case_of(mocks: Mocks, machine: StateMachine, name: str, case: str) -> TestCase:
    """A test case of a mock configuration, held to the machine.

    The machine goes by its name. Where the file knows none of that name, and only one, it is that one:
    a definition's file need not be called as the machine is on AWS.

    Raises:
        Refusal: There is no such case, or it does not fit.
    """
    from emulator.tasks.mocks import MocksRefused

    try:
        known = mocks.configuration().machines
        found = mocks.case(next(iter(known)) if len(known) == 1 else name, case)
        found.fits(machine.states)
    except MocksRefused as error:
        raise Refusal(str(error)) from None
    return found
