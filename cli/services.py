"""The AWS services of one run: reached at an endpoint that was named, or answered by moto in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from asl.handlers import Answer, Handlers
from asl.signals import RunTask
from asl.simulate import execution_arn
from cli.refusal import Refusal

if TYPE_CHECKING:
    from emulator.services import Services
    from emulator.tasks.backends import ServiceBackends
    from emulator.tasks.mocks import MockedFirst, TestCase
    from emulator.tasks.runner import Runner
    from emulator.transport import Request, Response

POLL_SECONDS = 1.0
"""So long a job elsewhere is really waited for between two looks, at most; the run's own clock jumps."""

ACCOUNT = "123456789012"
Setup: TypeAlias = Callable[[Callable[[str], Any]], object]
"""Makes resources; is given what gives clients."""


def prepare(setups: Mapping[str, Setup], client: Callable[[str], Any]) -> None:
    """Has the resources made that the user's files ask for.

    Args:
        setups: Functions that make them with clients, by the file that each is from.
        client: Gives a client of a service, as boto3 calls it.

    Raises:
        Refusal: One fails; the text says how.
    """
    for source, setup in setups.items():
        try:
            setup(client)
        except Exception as error:
            raise Refusal(f"SETUP in {source}: {type(error).__name__}: {error}") from None


class RunServices:
    """What the tasks of runs reach services by. Nothing is imported before the first is asked.

    Args:
        endpoints: Where services are, by what boto3 calls them; an empty name stands for all others.
        region: The region of the run.
        account: Its account.
    """

    def __init__(self, endpoints: Mapping[str, str], *, region: str, account: str = ACCOUNT) -> None:
        self._endpoints = endpoints
        self._region = region
        self._account = account
        self._made: ServiceBackends | None = None
        self._moto: Services | None = None

    def close(self) -> None:
        """Forgets what was made in this process."""
        if self._moto is not None:
            self._moto.reset()

    def backends(self) -> ServiceBackends:
        """What gives clients."""
        if self._made is None:
            from emulator.services import Services
            from emulator.tasks.backends import ServiceBackends

            self._moto = Services()
            absent = {"stepfunctions": _no_machines, "lambda": _no_functions}
            self._made = ServiceBackends(
                self._endpoints, absent, self._moto.answer, lambda: "http://localhost", None
            )
        return self._made

    def is_elsewhere(self, service: str) -> bool:
        """Whether a service has an endpoint on the network."""
        return bool(self._endpoints) and self.backends().endpoint(service) is not None

    def prepare(self, setups: Mapping[str, Setup]) -> None:
        """Has the resources made that the user's files ask for, as `prepare` does."""
        prepare(setups, lambda service: self.backends().client(service, self._region, self._account))


def runner(
    functions: Mapping[str, Any],
    case: TestCase | None,
    services: RunServices,
    *,
    machine_name: str,
    name: str,
    kind: str,
    seed: str | int,
    region: str,
    task_seconds: float | Mapping[str, float] | None,
) -> ServiceTasks | MockedFirst:
    """What runs the tasks of one simulated execution: a mock, a function, or a service.

    Args:
        functions: Functions by name.
        case: What is mocked.
        services: What has no function is reached by these.
        machine_name: What the state machine is called.
        name: What the execution is called.
        kind: STANDARD or EXPRESS.
        seed: As `asl.simulate` is given it.
        region: Where it runs.
        task_seconds: As `asl.simulate` is given it.
    """
    arn = execution_arn(machine_name, name, type=kind, seed=str(seed), region=region)
    handlers = Handlers(functions, execution_arn=arn, region=region, task_seconds=task_seconds)
    tasks = ServiceTasks(handlers, services, machine_name)
    if case is None:
        return tasks
    from emulator.tasks.mocks import Mocked, MockedFirst

    return MockedFirst(Mocked(case), tasks)


class ServiceTasks:
    """Runs the tasks of one simulated execution: by functions, and what has none by the services.

    Args:
        handlers: The functions.
        services: The services.
        machine_name: What the state machine is called.
    """

    def __init__(self, handlers: Handlers, services: RunServices, machine_name: str) -> None:
        self._handlers = handlers
        self._services = services
        self._machine_name = machine_name
        self._made: Runner | None = None

    def run(self, task: RunTask, now: int) -> Answer:
        """Runs a task."""
        service = "lambda" if task.service == "lambda" else ""
        if self._handlers.has(task) or task.service == "activity":
            return self._handlers.run(task, now)
        if service == "lambda" and not self._services.is_elsewhere(service):
            return self._handlers.run(task, now)  # which says what is missing
        answer = self._runner().run(task, now)
        return _patient(answer) if self._services.is_elsewhere(service) else answer

    def _runner(self) -> Runner:
        if self._made is None:
            from emulator.tasks.call import Place
            from emulator.tasks.runner import Means, Runner

            handlers = self._handlers
            role = f"arn:aws:iam::{handlers.account}:role/StepFunctionsRole"
            place = Place(handlers.execution_arn, self._machine_name, role, handlers.region, handlers.account)
            self._made = Runner(place, Means(handlers.functions, self._services.backends()))
        return self._made


def _patient(answer: Answer) -> Answer:
    """An answer of a job that takes real time: before each look some passes."""
    follow = answer.follow
    if follow is None:
        return answer

    def look(now: int) -> Answer:
        time.sleep(min(follow.seconds, POLL_SECONDS))
        return _patient(follow.look(now))

    return Answer(answer.signals, answer.seconds, type(follow)(look, follow.seconds, None, follow.cancel))


def _no_machines(request: Request, account: str) -> Response:
    from emulator.ports import Unreachable

    raise Unreachable(
        "This run has one state machine and no other. To start executions of others, asl serve them and "
        "name the endpoint: --endpoint-url http://127.0.0.1:8083."
    )


def _no_functions(request: Request, account: str) -> Response:
    from emulator.ports import Unreachable

    raise Unreachable(
        "This run has no Lambda functions but those of --handlers; name an endpoint with --endpoint-url."
    )
