"""What runs the tasks of one execution: a mock, a function given by the user, or the service itself."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from asl.errors import RUNTIME
from asl.handlers import Answer, Handler, Handlers
from asl.jsontypes import JSON
from asl.signals import RunTask
from emulator.ports import Backends, Unreachable
from emulator.tasks.call import Call, Place
from emulator.tasks.mocks import Mocks, session
from emulator.tasks.table import integration, resumption


class Means(msgspec.Struct):
    """What the tasks of all executions are run with.

    Attributes:
        handlers: The user's functions, by name.
        backends: What services are reached by.
        mocks: The mock configuration, if there is one.
    """

    handlers: Mapping[str, Handler]
    backends: Backends
    mocks: Mocks | None = None


class Runner:
    """Runs the tasks of one execution."""

    def __init__(self, place: Place, means: Means) -> None:
        self._place = place
        self._means = means
        self._handlers = Handlers(
            means.handlers,
            execution_arn=place.execution_arn,
            region=place.region,
            account=place.account,
            own_stdout=False,
            catches_all=True,
        )
        self._mocked = session(means.mocks, place.machine_name, place.test_case)

    def expects(self, task: RunTask) -> bool:
        """Counts a task for the mocks, and says whether it is mocked: then it waits for nobody outside.

        Is to be told of all tasks in the order in which they were asked for, also of those that were run
        before the execution was rebuilt; none is counted twice.
        """
        return self._mocked is not None and self._mocked.expects(task)

    def run(self, task: RunTask, now: int) -> Answer:
        """Runs a task: a mock comes before a function of the user's, and that before the service."""
        mocked = None if self._mocked is None else self._mocked.answer(task)
        if mocked is not None:
            return mocked
        call = Call(task, now, self._place, self._means.backends)
        if self._handlers.has(task):
            return self._handlers.run(task, now)
        run = integration(task)
        if run is None:
            return self._handlers.run(task, now)  # which says what is missing
        try:
            return run(call)
        except Unreachable as error:
            return call.failed(RUNTIME, str(error))

    def resume(self, task: RunTask, output: JSON, now: int) -> Answer:
        """Looks after a task again that was begun before."""
        mocked = None if self._mocked is None else self._mocked.answer(task)
        if mocked is not None:
            return mocked
        call = Call(task, now, self._place, self._means.backends)
        again = resumption(task)
        try:
            return call.failed(RUNTIME, _LOST) if again is None else again(call, output)
        except Unreachable as error:
            return call.failed(RUNTIME, str(error))


_LOST = "The task was begun before the emulator was restarted, and nothing can tell how it ended."
