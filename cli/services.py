"""The AWS services of one run: reached at an endpoint that was named, or answered by moto in this process."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from asl.defaults import ACCOUNT, role_arn
from asl.handlers import MAX_ANSWER, Answer, Handlers
from asl.interpreter.map_run import Item
from asl.signals import RunTask, StartMapRun, TaskFailed, TaskSucceeded
from asl.simulate import execution_arn
from cli.refusal import Refusal

if TYPE_CHECKING:
    from asl.interpreter.map_run import Counts
    from asl.map_services import Results
    from asl.map_simulation import Progress
    from emulator.services import Services
    from emulator.tasks.backends import ServiceBackends
    from emulator.tasks.maps.map_services import S3MapServices
    from emulator.tasks.mocks import MockedFirst, TestCase
    from emulator.tasks.runner import Runner
    from emulator.templates import Template
    from emulator.transport import Request, Response

POLL_SECONDS = 1.0
"""So long a job elsewhere is really waited for between two looks, at most; the run's own clock jumps."""

MARGIN = 0.05
"""So many seconds longer than its limit must a function run until nobody waits for it."""

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
        template: The template whose tables, queues and the like are made before the first is asked.
        s3_root: The folder whose folders are the buckets of Map Runs; None for those of S3.

    Attributes:
        unanswered: The states whose tasks have waited for somebody with their token.
        watch: Is shown each request that services in this process have granted.
    """

    def __init__(
        self,
        endpoints: Mapping[str, str],
        *,
        region: str,
        account: str = ACCOUNT,
        template: Template | None = None,
        s3_root: str | None = None,
    ) -> None:
        self.s3_root = s3_root
        self.unanswered: dict[str, None] = {}
        self.watch: Callable[[Request], object] | None = None
        self._template = template
        every = endpoints.get("")
        own = {"stepfunctions": every, "lambda": every} if every else {}  # there are none in this process
        self._endpoints = {**own, **endpoints}
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
                self._endpoints, absent, self._answer, lambda: "http://localhost", None
            )
            self._make_resources(self._made)
        return self._made

    def _answer(self, request: Request, account: str) -> Response:
        assert self._moto is not None
        response = self._moto.answer(request, account)
        if self.watch is not None and response.status < 300:
            self.watch(request)
        return response

    def _make_resources(self, backends: ServiceBackends) -> None:
        """Makes what the template has of services in this process; what cannot be made is told."""
        if self._template is None or not self._template.resources:
            return
        from cli.deployed import deploy, note
        from emulator.templates import other_resources

        for each in other_resources(self._template):
            if backends.endpoint(each.service) is not None:
                continue
            try:
                deploy([each], lambda service: backends.client(service, self._region, self._account))
            except Refusal as error:
                note(str(error))

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
    quotas: bool = True,
    watcher: Progress | None = None,
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
        quotas: As `asl.simulate` is given it.
        watcher: Is told how far the execution's Map Runs are.
    """
    arn = execution_arn(machine_name, name, type=kind, seed=str(seed), region=region)
    limit = MAX_ANSWER if quotas else None
    handlers = Handlers(
        functions, execution_arn=arn, region=region, task_seconds=task_seconds, max_answer=limit
    )
    tasks = ServiceTasks(handlers, services, machine_name, watcher)
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
        watcher: Is told how far the execution's own Map Runs are, but not those of their executions.
    """

    def __init__(
        self,
        handlers: Handlers,
        services: RunServices,
        machine_name: str,
        watcher: Progress | None = None,
    ) -> None:
        self._handlers = handlers
        self._services = services
        self._machine_name = machine_name
        self._watcher = watcher
        self._made: Runner | None = None

    def run(self, task: RunTask, now: int) -> Answer:
        """Runs a task; what comes of a function after the task's limit is not waited for."""
        answer = self._run(task, now)
        ends = any(isinstance(each, TaskSucceeded | TaskFailed) for each in answer.signals)
        if task.pattern == "token" and not ends:
            self._services.unanswered[task.state] = None
        return answer

    def _run(self, task: RunTask, now: int) -> Answer:
        service = {"lambda": "lambda", "states": "stepfunctions"}.get(task.service, "")
        if self._handlers.has(task) or task.service == "activity":
            seconds = None if self._handlers.task_seconds is not None else _limit(task, now)
            if seconds is None:
                return self._handlers.run(task, now)
            return _within(seconds, lambda: self._handlers.run(task, now))
        if service == "lambda" and not self._services.is_elsewhere(service):
            return self._handlers.run(task, now)  # which says what is missing
        answer = self._runner().run(task, now)
        return _patient(answer) if self._services.is_elsewhere(service) else answer

    def of(self, execution_arn: str) -> ServiceTasks:
        """The same for another execution: one of a Map Run."""
        return ServiceTasks(self._handlers.of(execution_arn), self._services, self._machine_name)

    def items(self, command: StartMapRun) -> Iterator[Item]:
        """The items of a Map Run, read from S3."""
        return self._map_services().items(command)

    def results(self, command: StartMapRun) -> Results:
        """What writes the results of a Map Run to S3."""
        return self._map_services().results(command)

    def progress(self, command: StartMapRun, counts: Counts, known: bool) -> None:
        """Tells whoever watches how far a Map Run is."""
        if self._watcher is not None:
            self._watcher(command, counts, known)

    def _map_services(self) -> S3MapServices:
        from emulator.tasks.maps.map_services import map_services

        region, account, services = self._handlers.region, self._handlers.account, self._services
        return map_services(
            lambda service: services.backends().client(service, region, account), services.s3_root
        )

    def _runner(self) -> Runner:
        if self._made is None:
            from emulator.tasks.call import Place
            from emulator.tasks.runner import Means, Runner

            handlers = self._handlers
            role = role_arn(handlers.account)
            place = Place(handlers.execution_arn, self._machine_name, role, handlers.region, handlers.account)
            self._made = Runner(place, Means(handlers.functions, self._services.backends()))
        return self._made


def _limit(task: RunTask, now: int) -> float | None:
    """So many seconds a function gets, or None where there is no limit."""
    limits = [] if task.deadline is None else [task.deadline - now]
    if task.heartbeat is not None and task.pattern != "token":
        limits.append(task.heartbeat)
    return min(limits) / 1000 if limits else None


def _within(seconds: float, work: Callable[[], Answer]) -> Answer:
    """What a function answers, called in a thread that can be left; nothing if it takes longer.

    The time limit of the task is what happens next then, on the run's own clock.
    """
    from threading import Thread

    answers: list[Answer] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # ours
            errors.append(error)

    stdout = sys.stdout
    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(min(seconds + MARGIN, _LONGEST_WAIT))
    if thread.is_alive():
        sys.stdout = stdout  # the function's call has led it elsewhere
        return Answer(())
    for error in errors:
        raise error
    return answers[0]


_LONGEST_WAIT = 1_000_000.0
"""So many seconds can a thread be waited for on every system."""


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
