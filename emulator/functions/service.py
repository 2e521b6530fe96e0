"""Lambda in this process: what answers its API and calls its functions."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.errors import ApiError, InternalFailure, ServiceUnavailable
from emulator.functions import wire
from emulator.functions.caller import Caller
from emulator.functions.errors import InvalidParameterValueException
from emulator.functions.names import Named, named
from emulator.functions.pool import Retired
from emulator.functions.runs import Invocation, Runnable, Runs
from emulator.functions.shelf import Shelf
from emulator.functions.table import OPERATIONS
from emulator.ids import Ids, RandomIds
from emulator.log import log
from emulator.ports import Backends, Unreachable
from emulator.records import FunctionCode, FunctionRecord
from emulator.transport import Request, Response

THREADS = 256
"""So many requests are worked on at a time; each waits for a function most of the time."""


_ASKS = ("Get", "Invoke", "List")
"""How the names of operations begin that change nothing."""


def _nothing(record: Any) -> None:
    """Keeps nothing beyond the process."""


def _print(part: bytes) -> None:
    """Writes what a function printed to this process's standard error, if it has one."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(part.decode("utf-8", "replace"))
        sys.stderr.flush()


class Functions:
    """The functions of all accounts and regions. Any thread may ask it.

    Attributes:
        shelf: What is kept of them.
        runs: Their processes.
        ids: Where request ids come from.
        backends: What reaches S3; None where code can only be uploaded.
    """

    def __init__(
        self,
        *,
        ids: Ids | None = None,
        now: Callable[[], int] | None = None,
        endpoint: Callable[[], str | None] = lambda: None,
        backends: Backends | None = None,
        keep: Callable[[Any], None] = _nothing,
        drop: Callable[[Any], None] = _nothing,
        commit: Callable[[], None] = lambda: None,
        printed: Callable[[bytes], None] = _print,
    ) -> None:
        """Functions, none at first.

        Args:
            ids: Where request ids come from.
            now: Gives the time, in milliseconds since the epoch.
            endpoint: Gives the URL at which functions reach this emulator; None if it does not listen.
            backends: What reaches S3.
            keep: Is told each record (`FunctionRecord`, `FunctionCode`) that is new or was changed; called
                by any thread.
            drop: Is told each that is gone.
            commit: Waits until what it was told is durable.
            printed: Gets what functions print.
        """
        self.ids = ids or RandomIds()
        self.now = now or (lambda: int(time.time() * 1000))
        self.backends = backends
        self._commit = commit
        self.shelf = Shelf(keep, drop)
        self.runs = Runs(endpoint, printed)
        self._threads = ThreadPoolExecutor(THREADS, "functions")

    # -------------------------------------------------------------- requests

    async def answer(self, request: Request, caller_account: str, region: str) -> Response:
        """The answer to a request of Lambda's API. It never raises.

        Args:
            request: The request.
            caller_account: On whose account it is made.
            region: In which region.
        """
        loop = asyncio.get_running_loop()
        try:
            answering = loop.run_in_executor(self._threads, self.ask, request, caller_account, region)
        except RuntimeError:  # its threads are gone
            return wire.refusal(ServiceUnavailable("The emulator is closing"), self.ids.uuid())
        return await answering

    def ask(self, request: Request, caller_account: str, region: str) -> Response:
        """The same, blocking: for clients in this process."""
        request_id = self.ids.uuid()
        operation = "?"
        try:
            operation, members = wire.asked(request, OPERATIONS)
            result = OPERATIONS[operation](self, Caller(caller_account, region, request_id), members)
            if not operation.startswith(_ASKS):
                self._commit()
            return wire.answered(operation, result, request_id)
        except ApiError as error:
            return wire.refusal(error, request_id)
        except Unreachable as error:
            return wire.refusal(InvalidParameterValueException(str(error)), request_id)
        except Exception:  # ours: never disguised as the caller's
            log.exception("%s failed", operation, extra={"operation": operation, "request_id": request_id})
            text = "The emulator failed; its log has the traceback. Please report it."
            return wire.refusal(InternalFailure(text), request_id)

    # -------------------------------------------------------------- calls

    def invoke(
        self, name_or_arn: str, payload: bytes, *, account: str, region: str, qualifier: str | None = None
    ) -> Invocation:
        """Calls a function and waits for what comes of it.

        Args:
            name_or_arn: Its name, its ARN or a part of it.
            payload: The event, as JSON text.
            account: Whose function it is where the name does not say.
            region: Where it is where the name does not say.
            qualifier: Its version or alias.

        Raises:
            ApiError: It cannot be called.
        """
        return self.run(named(name_or_arn, account, region, qualifier), payload, request_id=self.ids.uuid())

    def run(
        self, place: Named, payload: bytes, *, request_id: str, client_context: Any = None, tail: bool = False
    ) -> Invocation:
        """Calls a function, named already, and waits for what comes of it.

        Raises:
            ApiError: It cannot be called.
        """
        while True:
            with self.shelf.lock:
                number, version = self.shelf.version(place)
                what = Runnable(version, self.shelf.archive(version.code))
            with contextlib.suppress(Retired):  # it was changed just now
                return self.runs.run(
                    place,
                    number,
                    what,
                    payload,
                    request_id=request_id,
                    client_context=client_context,
                    tail=tail,
                )

    def later(self, place: Named, payload: bytes, request_id: str, client_context: Any) -> None:
        """Calls a function and lets nobody wait. What fails is logged; it is not called again."""
        self._threads.submit(self._run_unseen, place, payload, request_id, client_context)

    def _run_unseen(self, place: Named, payload: bytes, request_id: str, client_context: Any) -> None:
        try:
            done = self.run(place, payload, request_id=request_id, client_context=client_context)
        except ApiError as error:
            log.warning("an asynchronous call of %s failed", place.name, extra={"error": error.code})
            return
        except Exception:  # ours, and nobody asks for the result
            log.exception("an asynchronous call of %s failed", place.name, extra={"request_id": request_id})
            return
        if done.error is not None:
            log.warning("an asynchronous call of %s failed", place.name, extra={"error": done.error})

    # -------------------------------------------------------------- around them

    def fetched(self, caller: Caller, bucket: str, key: str, version: str | None) -> bytes:
        """An archive in S3.

        Raises:
            InvalidParameterValueException: It cannot be had.
            Unreachable: Nothing here answers for S3.
        """
        if self.backends is None:
            raise Unreachable("Nothing here answers for S3: send the code as ZipFile")
        client = self.backends.client("s3", caller.region, caller.account)
        wanted = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
        try:
            archive: bytes = client.get_object(**wanted)["Body"].read()
        except ClientError as error:
            told = error.response["Error"]
            raise InvalidParameterValueException(
                f"Error occurred while GetObject. S3 Error Code: {told['Code']}. "
                f"S3 Error Message: {told['Message']}"
            ) from None
        except BotoCoreError as error:
            raise InvalidParameterValueException(f"Error occurred while GetObject. {error}") from None
        return archive

    def restore(self, records: Iterable[FunctionRecord], archives: Iterable[FunctionCode]) -> None:
        """Takes up the functions that a store kept."""
        self.shelf.restore(records, archives)

    def reset(self) -> None:
        """Forgets all functions and ends their processes."""
        with self.shelf.lock:
            gone = list(self.shelf.records)
            self.shelf.clear()
        for arn in gone:
            self.runs.retire(arn)

    def close(self) -> None:
        """Ends all processes at once; calls that wait for them are told that they ended."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.runs.close()
