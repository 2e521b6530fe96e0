"""Processes of functions: reused, bounded, ended when they are not needed and when the server ends."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from emulator.functions.errors import ServiceException
from emulator.functions.pool import Pool, Retired
from emulator.functions.worker import Exited, Worker
from tests.functions.shared import ACCOUNT, REGION, World, zipped

PID = "import os\n\n\ndef handler(event, context):\n    return os.getpid()\n"
MEETING = """
import os

def handler(event, context):
    with open(event, "w") as told:
        told.write("here")
    with open(event + ".go") as go:
        go.read()
    return os.getpid()
"""
"""Says that it is called, and waits until it is let go."""


def meeting(folder, name):
    """Two pipes to meet a function at."""
    path = str(folder / name)
    os.mkfifo(path)
    os.mkfifo(path + ".go")
    return path


def test_a_warm_process_is_used_again(world):
    world.create(source=PID)
    assert len({world.result() for _ in range(5)}) == 1
    assert world.functions.runs.processes() == 1


def test_as_many_processes_as_calls_at_a_time(world, tmp_path):
    world.create(source=MEETING, Timeout=30)
    paths = [meeting(tmp_path, str(number)) for number in range(3)]
    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(world.result, path) for path in paths]
        for path in paths:
            assert Path(path).read_text() == "here"  # waits until the function is called
        assert world.functions.runs.processes() == 3
        for path in paths:
            Path(path + ".go").write_text("go")
        assert len({each.result() for each in calls}) == 3
    assert world.functions.runs.processes() == 3


def test_code_that_is_changed_meanwhile_is_run_to_its_end(world, tmp_path):
    world.create(source=MEETING, Timeout=30)
    path = meeting(tmp_path, "a")
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(world.result, path)
        assert Path(path).read_text() == "here"
        source = "def handler(event, context):\n    return 'new'\n"
        world.client.update_function_code(FunctionName="f", ZipFile=zipped({"handler.py": source}))
        assert world.result() == "new"
        Path(path + ".go").write_text("go")
        assert isinstance(call.result(), int)
    assert world.functions.runs.processes() == 1
    (folder,) = world.functions.runs._folder.iterdir()
    assert (folder / "handler.py").read_text() == source


def test_idle_processes_end(world):
    world.create(source=PID)
    first = world.result()
    world.functions.runs.end_idle(time.monotonic() - 60)
    assert world.functions.runs.processes() == 1
    world.functions.runs.end_idle(time.monotonic() + 1)
    assert world.functions.runs.processes() == 0
    assert world.result() != first


def test_closing_ends_what_runs_and_removes_the_code(tmp_path):
    world = World()
    world.create(source=MEETING, Timeout=30)
    path = meeting(tmp_path, "a")
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(world.failure, path)
        assert Path(path).read_text() == "here"
        folder = world.functions.runs._folder
        world.functions.close()
        assert call.result()["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert not folder.exists()
    with pytest.raises(ServiceException, match="closing"):
        world.functions.invoke("f", b"{}", account=ACCOUNT, region=REGION)


def test_a_function_does_not_wait_for_another_ones_processes(world, tmp_path):
    world.create(source=MEETING, Timeout=30)
    world.create("g", PID)
    path = meeting(tmp_path, "a")
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(world.result, path)
        assert Path(path).read_text() == "here"
        assert world.result(name="g") > 0
        Path(path + ".go").write_text("go")
        call.result()


# ------------------------------------------------------------------ the pool


class Fake:
    """A process that is none."""

    def __init__(self):
        self.idle_since, self.dead, self.closed = 0.0, False, False

    def alive(self):
        return not self.dead

    def kill(self):
        self.dead = True

    def close(self):
        self.closed = self.dead = True


def test_a_pool_is_bounded_and_others_wait(tmp_path):
    pool = Pool(lambda folder: Fake(), tmp_path / "code", limit=2)
    first, second = pool.take(), pool.take()
    taken = []
    waiting = threading.Thread(target=lambda: taken.append(pool.take()))
    waiting.start()
    waiting.join(0.05)
    assert taken == []
    pool.give(second, usable=True)
    waiting.join(10)
    assert taken == [second]
    assert len(pool) == 2
    pool.give(first, usable=False)
    assert first.closed
    assert pool.take() not in (first, second)


def test_a_pool_that_cannot_start_a_process_has_room_again(tmp_path):
    tries = iter([OSError("no memory"), None])

    def start(folder):
        error = next(tries)
        if error:
            raise error
        return Fake()

    pool = Pool(start, tmp_path / "code", limit=1)
    with pytest.raises(OSError, match="no memory"):
        pool.take()
    assert pool.take().alive()


def test_a_retired_pool_gives_nothing_and_removes_the_code_with_the_last_process(tmp_path):
    folder = tmp_path / "code"
    folder.mkdir()
    pool = Pool(lambda folder: Fake(), folder, limit=2)
    busy, idle = pool.take(), pool.take()
    pool.give(idle, usable=True)
    pool.retire()
    assert idle.closed
    assert not busy.dead
    assert folder.exists()
    with pytest.raises(Retired):
        pool.take()
    pool.give(busy, usable=True)
    assert busy.closed
    assert not folder.exists()


@pytest.mark.parametrize("kill", [False, True])
def test_a_process_that_is_started_meanwhile_works_on_unless_all_are_killed(tmp_path, kill):
    pool = Pool(lambda folder: pool.retire(kill=kill) or Fake(), tmp_path / "code", limit=1)
    assert pool.take().dead == kill


def test_who_waits_for_a_pool_that_is_retired_is_told(tmp_path):
    pool = Pool(lambda folder: Fake(), tmp_path / "code", limit=1)
    pool.take()
    told = []

    def wait():
        with pytest.raises(Retired):
            pool.take()
        told.append(True)

    waiting = threading.Thread(target=wait)
    waiting.start()
    pool.retire()
    waiting.join(10)
    assert told == [True]


# ------------------------------------------------------------------ a process


def test_a_program_that_says_nothing_is_one_that_exited(tmp_path):
    worker = Worker([sys.executable, "-c", "print('hi')"], {}, str(tmp_path))
    try:
        with pytest.raises(Exited, match="without providing a reason"):
            worker.wait_until_ready()
        assert worker.tail() == b"hi\n"
    finally:
        worker.close()


def test_a_program_that_is_not_there(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        Worker(["/nowhere/python"], {}, str(tmp_path))


SERVER = """
import sys
from emulator.functions.service import Functions
from tests.functions.shared import World
world = World()
source = "import os\\n\\n\\ndef handler(event, context):\\n" + sys.argv[1]
world.create(source=source, Timeout=600)
print(world.result({"tell": True}), flush=True)
world.call("f", {"tell": False})
"""


@pytest.mark.parametrize("body", ["    while not event['tell']:\n        pass\n", ""])
def test_processes_end_with_a_server_that_is_killed(body, tmp_path):
    """Also where the function is in a loop that never ends."""
    body += "    import time\n    if not event['tell']: time.sleep(600)\n    return os.getpid()\n"
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, body], stdout=subprocess.PIPE, cwd=root, env=environment
    )
    with server:
        process = os.pidfd_open(json.loads(server.stdout.readline()))
        try:
            server.send_signal(signal.SIGKILL)
            server.wait(10)
            assert select.select([process], [], [], 10)[0], "the function's process goes on"
        finally:
            os.close(process)
