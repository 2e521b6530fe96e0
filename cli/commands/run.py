"""`asl run`: runs a machine to its end on a virtual clock, and shows its steps, output and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import click

from asl import InvalidDefinition, InvalidExecutionInput, Result, StateMachine, parse, simulate
from asl.defaults import REGION
from cli import diagnostics, json_text, options, summary
from cli.handlers_file import load_with_setups
from cli.input import Input, read_input
from cli.machine_file import MachineFile, check_parameters, machine_file
from cli.mocks import chosen_case, mock_config_option
from cli.refusal import Refusal
from cli.report import report
from cli.services import RunServices, runner
from cli.steps import Steps
from cli.terminal import Terminal

if TYPE_CHECKING:
    from emulator.tasks.mocks import TestCase

FAILED = 1


@click.command(
    name="run",
    short_help="Run a machine and show its steps, output and cost.",
    epilog="""\b
Examples:
  asl run sample_machines/hello
  asl run sample_machines/hello --input '{"name": "Ada"}'
  asl run order.asl.json --handlers handlers.py --input @order.json
  asl run order.asl.json --input - < order.json | jq .total
  asl run order.asl.json --json --history > run.json
  asl run order.asl.json --seed 1 --start-time 2026-01-31T12:00Z --task-seconds 0.2
  asl run template.yaml#OrderMachine --parameter Stage=test
  asl run order.asl.json --mock-config mocks.json --test-case BankIsBusy

\b
Exit codes:
  0    the execution succeeded
  1    the execution failed or timed out
  2    bad usage, a definition that cannot be run, or a file that cannot be read
  130  interrupted by Ctrl-C
  141  whoever read the output has gone
""",
)
@click.argument("machine", type=click.Path())
@click.option(
    "-i",
    "--input",
    "input_text",
    metavar="JSON|@FILE|-",
    help="The input: JSON, a file, or - for standard input.  [default: the folder's input.json, else {}]",
)
@click.option(
    "-H",
    "--handlers",
    metavar="FILE.py|MODULE",
    multiple=True,
    type=click.Path(),
    help="Functions for tasks to call; may be repeated.  [default: the folder's handlers.py]",
)
@click.option(
    "--type",
    "kind",
    type=click.Choice(["standard", "express"], case_sensitive=False),
    help="What it is to be: whose quotas to keep, what it can call. The cost is told for both.  "
    "[default: what its template says, else standard]",
)
@click.option(
    "--region",
    metavar="REGION",
    default=REGION,
    show_default=True,
    callback=options.region,
    help="Where it runs: the region in its ARNs, and of its prices, where they are known.",
)
@click.option(
    "--name",
    metavar="NAME",
    callback=options.execution_name,
    help="The execution's name.  [default: a new UUID]",
)
@click.option(
    "--seed", metavar="TEXT", help="What random draws come from: same seed, same draws.  [default: a new one]"
)
@click.option(
    "--start-time",
    metavar="ISO",
    callback=options.start_time,
    help="When the run begins, such as 2026-01-31T12:00:00Z.  [default: now]",
)
@click.option(
    "--task-seconds",
    metavar="N",
    type=float,
    callback=options.task_seconds,
    help="How long every task takes on the virtual clock.  [default: as long as the call took]",
)
@options.parameter_option
@options.services_option
@options.s3_root_option
@mock_config_option
@click.option("--test-case", metavar="NAME", help="The test case of the mock configuration to run.")
@click.option("--no-quotas", is_flag=True, help="Lift AWS's limits on payloads, history and duration.")
@click.option("--history", is_flag=True, help="Also give every event of the execution's history.")
@click.option("-q", "--quiet", is_flag=True, help="Only the output, or why the run failed.")
@options.json_option("Print one JSON object: status, output (or error, cause), transitions, cost, history.")
@options.no_color_option
@click.pass_context
def command(
    ctx: click.Context, /, machine: str, input_text: str | None, handlers: tuple[str, ...], **chosen: Any
) -> None:
    """Run MACHINE to its end, and show its steps, its output and what it would cost on AWS.

    MACHINE is a definition (.json, .yaml, .yml) or a folder that holds machine.asl.json or
    machine.asl.yaml; the folder's input.json and handlers.py, where it has them, are then taken too.

    It can also be a template of CloudFormation, AWS SAM, the CDK (the folder cdk.out), the Serverless
    Framework or Terraform (terraform show -json), or a folder with one, and behind a # the machine's
    name where there are several. The template's Python functions are then called, each with its own
    variables.

    Tasks call Python functions as Lambda does: handler(event, context). A handlers file offers its
    public functions under their own names, and those in its dict HANDLERS under any name, such as
    a whole Resource ARN.

    Tasks that call AWS services find them at --endpoint-url, or in this process, where moto answers
    (pip install 'asl-emulator[aws]'). The function SETUP of a handlers file makes what the machine
    needs to be there: SETUP(client) is called first, and client("dynamodb") is one of boto3's.

    The output goes to standard output; the steps, the summary and what handlers print go to
    standard error.
    """
    parameters = chosen.pop("parameters")
    file = machine_file(machine, parameters, chosen["region"])
    if options.given(ctx, "parameters"):
        check_parameters(parameters, [file])
    chosen["kind"] = chosen["kind"] or (file.kind or "standard").lower()
    parsed = _parsed(ctx, file, chosen["kind"].upper())
    given = read_input(input_text, file.input)
    own, setups = load_with_setups(handlers or ([str(file.handlers)] if file.handlers else []))
    functions = file.functions() | own
    case = chosen_case(ctx, parsed, file.name, chosen.pop("mock_config"), chosen.pop("test_case"))
    terminal = Terminal()
    talks = not chosen["quiet"] and not chosen["as_json"]
    if talks:
        terminal.write_all(f"note: {each}" for each in file.notes())
    endpoints = options.endpoints(chosen.pop("endpoint_url"))
    services = RunServices(
        endpoints, region=chosen["region"], template=file.template, s3_root=chosen.pop("s3_root")
    )
    services.prepare(setups)
    steps = Steps(parsed, file.name, terminal) if talks else None
    result = _result(parsed, file.name, given, (functions, case, services), steps, chosen)
    if chosen["as_json"]:
        json_text.write(report(result, history=chosen["history"]))
    else:
        _show(result, terminal, talks, chosen["history"])
        if talks and result.status == "TIMED_OUT":
            terminal.write_all(_unanswered(state) for state in services.unanswered)
    ctx.exit(0 if result.status == "SUCCEEDED" else FAILED)


def _parsed(ctx: click.Context, file: MachineFile, kind: Literal["STANDARD", "EXPRESS"]) -> StateMachine:
    """The machine in a file; where there is none, its diagnostics are printed and the command ends."""
    try:
        return parse(file.content, yaml=file.yaml, type=kind)
    except InvalidDefinition as error:
        terminal = Terminal()
        terminal.write_all(
            diagnostics.lines(
                str(file.path), file.source, file.placed(error.diagnostics), excerpts=terminal.live
            )
        )
        ctx.exit(Refusal.exit_code)


def _result(
    machine: StateMachine,
    name: str,
    given: Input,
    means: tuple[dict[str, Any], TestCase | None, RunServices],
    steps: Steps | None,
    chosen: dict[str, Any],
) -> Result:
    seed = uuid4().hex if chosen["seed"] is None else chosen["seed"]
    kind, region = chosen["kind"].upper(), chosen["region"]
    tasks = runner(
        *means,
        machine_name=name,
        name=chosen["name"],
        kind=kind,
        seed=seed,
        region=region,
        task_seconds=chosen["task_seconds"],
        quotas=not chosen["no_quotas"],
        watcher=None if steps is None else steps.map_run,
    )
    try:
        return simulate(
            machine,
            given.value,
            handlers=tasks,
            quotas=not chosen["no_quotas"],
            seed=seed,
            start_time=chosen["start_time"],
            name=chosen["name"],
            type=kind,
            input_text=given.text,
            machine_name=name,
            region=region,
            observer=steps,
        )
    except InvalidExecutionInput as error:
        raise Refusal(str(error)) from None
    finally:
        means[2].close()
        if steps is not None:
            steps.close()


def _unanswered(state: str) -> str:
    """Why a run waits for its end, and what to do."""
    return (
        f"note: {state} waits for somebody to answer its task token, which nobody does in a run. "
        "Give it a HeartbeatSeconds or TimeoutSeconds, mock it (--mock-config), or answer it with "
        "asl serve and asl tasks."
    )


def _show(result: Result, terminal: Terminal, talks: bool, history: bool) -> None:
    """The result for people; standard output gets the output and nothing else."""
    succeeded = result.status == "SUCCEEDED"
    if talks:
        terminal.write()
    if talks or not succeeded:
        terminal.write_all(summary.ending(result))
    if succeeded:
        json_text.write(result.output)
    if history:
        terminal.write()
        terminal.write_all(summary.event_table(result))
    if talks:
        terminal.write()
        terminal.write_all(summary.bill(result))
