"""What a request means by a state machine's ARN: the machine, and what of it is to run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import asl
from asl.elements.machine import StateMachine
from asl.entropy import draw, seed_of
from emulator import arns
from emulator.engine import definitions
from emulator.engine.running import Running
from emulator.errors import (
    InvalidDefinition,
    StateMachineDeleting,
    StateMachineDoesNotExist,
    ValidationException,
)
from emulator.ports import NO_MOCKS, MocksRefused
from emulator.records import Alias, MachineType, Revision, StateMachineRecord

if TYPE_CHECKING:
    from emulator.app import Emulator


class Start(NamedTuple):
    """What an ARN that an execution is started with stands for.

    Attributes:
        machine: The state machine.
        revision: What is to run.
        version_arn: The version that this is, if one was asked for or drawn.
        alias_arn: The alias that was asked for.
        test_case: The test case whose mocks answer its tasks, if one was asked for.
    """

    machine: StateMachineRecord
    revision: Revision
    version_arn: str | None = None
    alias_arn: str | None = None
    test_case: str | None = None


def compiled(definition: str, type: MachineType) -> StateMachine:
    """The state machine that a definition describes.

    Raises:
        InvalidDefinition: AWS would refuse it; its diagnostics are the text.
    """
    try:
        return definitions.compiled(definition, type)
    except asl.InvalidDefinition as refusal:
        told = ", ".join(str(each) for each in refusal.diagnostics)
        raise InvalidDefinition(f"Invalid State Machine Definition: '{told}'") from None


def named(arn: str, *, qualified: bool = True) -> arns.Arn:
    """The parts of a state machine's ARN.

    Args:
        arn: What was sent.
        qualified: Whether it may name a version or an alias.

    Raises:
        InvalidArn: It is no state machine's ARN.
        ValidationException: It names a Distributed Map state in one, or a version or alias where none may
            stand. The reason is AWS's reference's, the texts are ours.
    """
    parsed = arns.parse(arn, "stateMachine")
    if parsed.label:
        raise ValidationException(
            f"This operation does not support labeled state machine ARNs. Received: {arn}",
            reason="API_DOES_NOT_SUPPORT_LABELED_ARNS",
        )
    if parsed.rest and not qualified:
        raise ValidationException(
            f"This operation needs the ARN of a state machine without a version or alias. Received: {arn}"
        )
    return parsed


def running(emulator: Emulator, machine: StateMachineRecord) -> Iterator[Running]:
    """The executions of a state machine that run."""
    for each in emulator.executions.values():
        if each.record.machine_arn == machine.arn and each.record.status == "RUNNING":
            yield each


def present(emulator: Emulator, arn: str) -> StateMachineRecord | None:
    """The state machine of an unqualified ARN, or None.

    One that was deleted while executions ran is gone as soon as somebody looks after the last has ended.
    """
    record = emulator.machines.get(arn)
    if record is not None and record.deleting and next(running(emulator, record), None) is None:
        del emulator.machines[arn]
        emulator.journal.drop(record)
        return None
    return record


def found(emulator: Emulator, arn: str, *, qualified: bool = True) -> StateMachineRecord:
    """The state machine that an ARN names, also by a version or alias, which need not exist.

    Raises:
        InvalidArn: It is no state machine's ARN.
        ValidationException: It is one of another kind.
        StateMachineDoesNotExist: There is none. Text recorded.
    """
    record = present(emulator, named(arn, qualified=qualified).machine)
    if record is None:
        raise absent(arn)
    return record


def changeable(emulator: Emulator, arn: str) -> StateMachineRecord:
    """The state machine that an unqualified ARN names, to be changed.

    Raises:
        StateMachineDeleting: It is being deleted.
        InvalidArn, ValidationException, StateMachineDoesNotExist: As `found`.
    """
    return alive(found(emulator, arn, qualified=False))


def alive(machine: StateMachineRecord) -> StateMachineRecord:
    """A state machine that is not being deleted.

    Raises:
        StateMachineDeleting: It is. The text was reported up to its colon.
    """
    if machine.deleting:
        raise StateMachineDeleting(f"State Machine is being deleted: '{machine.arn}'")
    return machine


def absent(arn: str) -> StateMachineDoesNotExist:
    """The complaint about a state machine, version or alias that is not there. Text recorded."""
    return StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")


def resolved(emulator: Emulator, arn: str) -> Start:
    """What an execution started with this ARN runs: the machine's revision, a version's, or an alias's.

    Raises:
        InvalidArn, ValidationException: It is no ARN that can be started.
        StateMachineDoesNotExist: There is no such machine, version or alias. Text recorded.
        StateMachineDeleting: The machine is being deleted.
    """
    machine = alive(found(emulator, arn))
    qualifier = named(arn).rest
    if not qualifier:
        return Start(machine, machine.revision)
    alias = machine.aliases.get(qualifier)
    if alias is not None:
        version_arn = _drawn(alias, emulator.ids.seed())
        return Start(machine, published(machine, version_arn), version_arn, arn)
    return Start(machine, published(machine, arn), arn)


def started(emulator: Emulator, text: str) -> Start:
    """What a text runs that is an ARN and maybe a test case, as Step Functions Local takes it: ``ARN#CASE``.

    Raises:
        InvalidArn, ValidationException, StateMachineDoesNotExist, StateMachineDeleting: As `resolved`.
        ValidationException: There is no such test case, or it does not fit the state machine.
    """
    arn, _, case = text.partition("#")
    asked = resolved(emulator, arn)
    if not case:
        return asked
    mocks = emulator.means.mocks
    if mocks is None:
        raise ValidationException(f"The test case '{case}' cannot be run, because {NO_MOCKS}")
    try:
        machine = compiled(asked.revision.definition, asked.machine.type)
        mocks.case(asked.machine.name, case).fits(machine.states)
    except MocksRefused as error:
        raise ValidationException(str(error)) from None
    return asked._replace(test_case=case)


def published(machine: StateMachineRecord, version_arn: str) -> Revision:
    """The revision that a version of a state machine holds.

    Raises:
        StateMachineDoesNotExist: It has no such version. Text recorded.
    """
    version = machine.versions.get(named(version_arn).version or 0)
    if version is None:
        raise absent(version_arn)
    return version.revision


def _drawn(alias: Alias, seed: str) -> str:
    """The version that one start through an alias gets: by lot, with the shares of its routing."""
    place = draw(seed_of(seed), alias.name, 64) * 100 >> 64
    for version_arn, share in alias.routing:
        place -= share
        if place < 0:
            return version_arn
    raise AssertionError("the shares of an alias are 100 in sum")
