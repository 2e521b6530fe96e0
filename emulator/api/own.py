"""The emulator's own routes below ``/_emulator``: health, clock, reset, cost, history, tasks, metrics ..."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from asl.jsontypes import encode
from emulator import metrics
from emulator.api import own_costs
from emulator.api.own_costs import known_execution
from emulator.engine.running import OpenTask, Running
from emulator.records import MapRunRecord

if TYPE_CHECKING:
    from emulator.app import Emulator

PREFIX = "/_emulator"
LATEST = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""No clock is put on beyond this: later deadlines could not be written as dates."""


class Health(BaseModel):
    """That the emulator answers."""

    status: str = "ok"


class ClockReading(BaseModel):
    """What a clock shows.

    Attributes:
        now: The time, in UTC.
        milliseconds: The same, since the epoch.
        mode: The setting: real, virtual, or a speed such as x60.
    """

    now: datetime
    milliseconds: int
    mode: str


class ClockMove(BaseModel):
    """How far to put a clock on: by so many seconds, or to an instant with a time zone."""

    model_config = ConfigDict(extra="forbid")

    seconds: float | None = Field(default=None, ge=0, le=10_000 * 366 * 86_400, allow_inf_nan=False)
    to: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> ClockMove:
        if (self.seconds is None) == (self.to is None):
            raise ValueError("either seconds or to is needed")
        return self


def router(emulator: Emulator) -> APIRouter:
    """All routes of an emulator."""
    routes = APIRouter(prefix=PREFIX)
    _add_state(routes, emulator)
    _add_clock(routes, emulator)
    _add_executions(routes, emulator)
    own_costs.add(routes, emulator)
    return routes


def _add_state(routes: APIRouter, emulator: Emulator) -> None:
    @routes.get("/health")
    async def health() -> Health:
        """Answers as soon as requests are served."""
        return Health()

    @routes.get("/settings")
    async def settings() -> dict[str, Any]:
        """How the emulator was set up."""
        told: dict[str, Any] = msgspec.to_builtins(emulator.settings)
        return {**told, "handlers": sorted(emulator.handlers)}

    @routes.get("/metrics", response_class=PlainTextResponse)
    async def metrics_text() -> Response:
        """What was done so far, for Prometheus."""
        text = emulator.metrics.text(len(emulator.engine.live))
        return Response(text, media_type=metrics.CONTENT_TYPE)

    @routes.post("/reset", status_code=204)
    async def reset() -> None:
        """Forgets state machines, activities and executions; handlers and the clock stay."""
        await emulator.reset()


# ------------------------------------------------------------------ the clock


def _add_clock(routes: APIRouter, emulator: Emulator) -> None:
    @routes.get("/clock")
    async def read_clock() -> ClockReading:
        """What time it is for executions."""
        return _reading(emulator)

    @routes.post("/clock")
    async def move_clock(move: ClockMove) -> ClockReading:
        """Puts the clock on. Everything that falls due on the way happens, in order."""
        at = _instant(move, emulator.clock.now())
        if at > LATEST:
            raise HTTPException(400, "a clock goes no further than the year 9000")
        if at < emulator.clock.now() and move.to is not None:
            raise HTTPException(400, "a clock never goes back")
        await emulator.engine.advance_clock(at)
        return _reading(emulator)


def _reading(emulator: Emulator) -> ClockReading:
    now = emulator.clock.now()
    mode = "virtual" if emulator.clock.virtual else emulator.settings.clock
    return ClockReading(now=datetime.fromtimestamp(now / 1000, UTC), milliseconds=now, mode=mode)


def _instant(move: ClockMove, now: int) -> int:
    if move.to is not None:
        return round(move.to.timestamp() * 1000)
    return now + round((move.seconds or 0) * 1000)


# ------------------------------------------------------------------ executions


def _add_executions(routes: APIRouter, emulator: Emulator) -> None:
    @routes.get("/executions/{arn:path}/history")
    async def execution_history(arn: str) -> Response:
        """The whole history at once, with the thread, visit and attempt of each event."""
        running = known_execution(emulator, arn)
        events = [_event(running, place) for place in range(running.visible)]
        return Response(encode({"events": events}), media_type="application/json")

    @routes.get("/map-runs")
    async def map_runs_progress(status: str | None = None) -> dict[str, Any]:
        """How far Map Runs are, the newest first; those of one status only if it is given."""
        records = reversed(list(emulator.engine.map_runs.records.values()))
        return {"mapRuns": [_progress(emulator, each) for each in records if status in (None, each.status)]}

    @routes.get("/tasks")
    async def open_tasks() -> dict[str, Any]:
        """The tasks that wait for somebody outside: for whoever has their token, or for a worker."""
        live = sorted(emulator.engine.live, key=lambda each: each.record.started)
        return {"tasks": [_task(emulator, each) for running in live for each in waiting(running)]}


def waiting(running: Running) -> list[OpenTask]:
    """The tasks of an execution that end only if somebody outside tells so."""
    return [each for each in running.tasks.values() if each.waits_for_someone]


def _task(emulator: Emulator, task: OpenTask) -> dict[str, Any]:
    command = task.command
    at = task.running.agenda.when(command.id)
    return {
        "executionArn": task.running.record.arn,
        "stateName": command.state,
        "resource": command.resource,
        "taskToken": command.token,
        "input": command.input,
        "timesOutAt": None if at is None else _iso(at),
        "awaitsWorker": emulator.engine.tasks.activities.holds(task),
    }


def _progress(emulator: Emulator, record: MapRunRecord) -> dict[str, Any]:
    """How far a Map Run is; while it runs, how fast it is since it was begun or last taken up."""
    items, run = record.items, emulator.engine.map_runs.runs.get(record.arn)
    left: int | None
    rate, left = None, items.total - items.done
    if run is not None and run.is_open:
        rate = run.rate(emulator.clock.now())
        left = left if run.knows_total else None
    return {
        "mapRunArn": record.arn,
        "executionArn": record.execution_arn,
        "status": record.status,
        "items": {"done": items.done, "failed": items.not_succeeded, "running": items.running, "left": left},
        "itemsPerSecond": rate,
        "secondsLeft": None if not rate or left is None else left / rate,
    }


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


def _event(running: Running, place: int) -> dict[str, Any]:
    _, _, time, path, state, visit, attempt, _, _, _ = running.history.event(place)
    event = running.history[place]
    event["timestamp"] = _iso(time)
    event["frame"] = {"thread": path, "state": state, "visit": visit, "attempt": attempt}
    return event
