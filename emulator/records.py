"""What an emulator keeps: state machines and their revisions, activities, executions, Lambda functions."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from asl.interpreter.map_run import Counts

MachineType: TypeAlias = Literal["STANDARD", "EXPRESS"]
Status: TypeAlias = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]
MapRunStatus: TypeAlias = Literal["RUNNING", "SUCCEEDED", "FAILED", "ABORTED"]
Tags: TypeAlias = dict[str, str]


class Revision(msgspec.Struct, frozen=True):
    """One state of a state machine; executions keep the one that they started with.

    Attributes:
        definition: The definition as it was sent.
        role_arn: The role it runs under.
        id: AWS's revision id; None before the first update.
        created: When it was made, in milliseconds since the epoch.
        logging: The logging configuration in full; None stands for the default.
        tracing: The tracing configuration in full; None stands for the default.
        encryption: The encryption configuration in full; None stands for the default.
    """

    definition: str
    role_arn: str
    id: str | None
    created: int
    logging: dict[str, Any] | None = None
    tracing: dict[str, Any] | None = None
    encryption: dict[str, Any] | None = None


class Version(msgspec.Struct, frozen=True):
    """A published revision.

    Attributes:
        number: From 1; never given twice in a state machine.
        revision: What was published.
        created: When, in milliseconds since the epoch.
        description: What its publisher said of it.
    """

    number: int
    revision: Revision
    created: int
    description: str | None = None


class Alias(msgspec.Struct):
    """A name for one or two versions.

    Attributes:
        name: The name.
        routing: ARNs of versions, and the share of executions that each gets, in percent.
        created: When, in milliseconds since the epoch.
        updated: When it was last changed.
        description: What its maker said of it.
    """

    name: str
    routing: list[tuple[str, int]]
    created: int
    updated: int
    description: str | None = None


class StateMachineRecord(msgspec.Struct):
    """A state machine.

    Attributes:
        arn: Its ARN.
        name: Its name.
        type: STANDARD or EXPRESS.
        created: When, in milliseconds since the epoch.
        revision: What it is now.
        versions: What was published, by number.
        aliases: Names for versions.
        published: The highest number ever given to a version.
        tags: Its tags.
        deleting: Whether it was deleted while executions still run.
        publish: Whether version 1 was published by its creation, which a repetition has to ask for again.
        version_description: The description that version 1 was given then.
    """

    arn: str
    name: str
    type: MachineType
    created: int
    revision: Revision
    versions: dict[int, Version] = {}
    aliases: dict[str, Alias] = {}
    published: int = 0
    tags: Tags = {}
    deleting: bool = False
    publish: bool = False
    version_description: str | None = None


class ActivityRecord(msgspec.Struct):
    """An activity."""

    arn: str
    name: str
    created: int
    tags: Tags = {}
    encryption: dict[str, Any] | None = None


class MapRunRecord(msgspec.Struct):
    """What is known of a Map Run.

    Attributes:
        arn: Its ARN.
        execution_arn: The execution whose Map state it is.
        machine_arn: The state machine's ARN with the Map state's label.
        started: When, in milliseconds since the epoch.
        type: What its executions are.
        max_concurrency: How many of them may run at a time; 0 for AWS's own bound.
        tolerated_count: How many items may fail; None where no such bound was given.
        tolerated_percentage: What part of them may, in per cent; None likewise.
        status: Its status.
        stopped: When it ended.
        items: How far its items are.
        executions: How far its executions are.
        redrives: How often it was redriven.
        redriven: When it was last.
    """

    arn: str
    execution_arn: str
    machine_arn: str
    started: int
    type: MachineType
    max_concurrency: int
    tolerated_count: int | None
    tolerated_percentage: float | None
    status: MapRunStatus = "RUNNING"
    stopped: int | None = None
    items: Counts = msgspec.field(default_factory=Counts)
    executions: Counts = msgspec.field(default_factory=Counts)
    redrives: int = 0
    redriven: int | None = None


class Seat(msgspec.Struct, frozen=True):
    """Where an execution stands in its Map Run.

    Attributes:
        map_run_arn: The Map Run.
        state: The Map state, whose processor it runs.
        number: How many executions stand before it, in the order of the items.
        items: How many items it was given.
        redrive: How often the Map Run had been redriven when it began, or was last taken up again.
    """

    map_run_arn: str
    state: str
    number: int
    items: int
    redrive: int = 0


class ExecutionRecord(msgspec.Struct):
    """What is known of an execution beside its state: how it was started, and how it ended.

    Attributes:
        arn: Its ARN.
        name: Its name.
        machine_arn: The state machine's ARN, unqualified.
        type: STANDARD or EXPRESS.
        revision: What it runs.
        input: Its input as it was sent.
        started: When, in milliseconds since the epoch.
        version_arn: The version it was started by, if any.
        alias_arn: The alias it was started by, if any.
        trace_header: The X-Ray header it was started with.
        status: Its status.
        stopped: When it ended.
        output: Its output as JSON text.
        error: Its error name.
        cause: The text with it.
        redrives: How often it was redriven.
        redriven: When it was last.
        tokens: Client tokens of redrives, newest last.
        test_case: The test case of the mock configuration that it was started with, if any.
        seat: Where it stands in its Map Run, if it belongs to one.
    """

    arn: str
    name: str
    machine_arn: str
    type: MachineType
    revision: Revision
    input: str
    started: int
    version_arn: str | None = None
    alias_arn: str | None = None
    trace_header: str | None = None
    status: Status = "RUNNING"
    stopped: int | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    redrives: int = 0
    redriven: int | None = None
    tokens: list[tuple[str, int]] = []
    test_case: str | None = None
    seat: Seat | None = None


class FunctionVersion(msgspec.Struct):
    """What a Lambda function is at one time.

    Attributes:
        config: Its settings, by AWS's names.
        code: CodeSha256 of the archive with its code.
        size: How large that is, in bytes.
        modified: When it was made, in milliseconds since the epoch.
        revision: Its RevisionId.
    """

    config: dict[str, Any]
    code: str
    size: int
    modified: int
    revision: str


class FunctionAlias(msgspec.Struct):
    """A name for a version of a function, or for two.

    Attributes:
        name: The name.
        version: The version that it names.
        weights: Shares of calls that other versions get, from 0 to 1.
        revision: Its RevisionId.
        description: What its maker said of it.
    """

    name: str
    version: str
    weights: dict[str, float]
    revision: str
    description: str = ""


class FunctionRecord(msgspec.Struct):
    """A Lambda function.

    Attributes:
        arn: Its ARN.
        name: Its name.
        latest: What it is now.
        versions: What was published, by number.
        aliases: Names for versions.
        published: The highest number ever given to a version.
        tags: Its tags.
        policy: The statements of its resource policy; with a qualifier of their own where they have one.
    """

    arn: str
    name: str
    latest: FunctionVersion
    versions: dict[int, FunctionVersion] = {}
    aliases: dict[str, FunctionAlias] = {}
    published: int = 0
    tags: Tags = {}
    policy: list[dict[str, Any]] = []


class FunctionCode(msgspec.Struct):
    """An archive with the code of functions, kept once for all that are made of it.

    Attributes:
        sha256: Its CodeSha256.
        archive: The zip archive.
    """

    sha256: str
    archive: bytes

    @property
    def arn(self) -> str:
        """What it is kept by, among records that have an ARN."""
        return self.sha256
