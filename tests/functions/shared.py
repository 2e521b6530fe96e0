"""Functions of a test, asked by a client in the same process."""

from __future__ import annotations

import io
import json
import zipfile
from types import SimpleNamespace

from emulator.functions.service import Functions
from emulator.tasks.backends import ServiceBackends
from emulator.tasks.call import Call, Place

ACCOUNT, REGION = "123456789012", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
ECHO = "def handler(event, context):\n    return event\n"


def zipped(files):
    """An archive of files, given by name with their text or as (ZipInfo, bytes) pairs."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, text)
    return data.getvalue()


def arn(name, region=REGION, account=ACCOUNT):
    return f"arn:aws:lambda:{region}:{account}:function:{name}"


class World:
    """Functions and what reaches them."""

    def __init__(self, others=None, **options):
        self.printed = bytearray()
        self.functions = Functions(printed=self.printed.extend, **options)
        self.backends = ServiceBackends({}, {"lambda": self.ask}, others, lambda: "http://127.0.0.1:1", None)
        self.functions.backends = self.backends
        self.client = self.backends.client("lambda", REGION, ACCOUNT)

    def ask(self, request, account):
        scope = request.headers["authorization"].partition("Credential=")[2].split("/")
        return self.functions.ask(request, account, scope[2])

    def create(self, name="f", source=ECHO, *, files=None, client=None, **options):
        given = {
            "FunctionName": name,
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "handler.handler",
            "Code": {"ZipFile": zipped(files or {"handler.py": source})},
        }
        return (client or self.client).create_function(**{**given, **options})

    def hurry(self, seconds, name="f"):
        """Has a function time out sooner than the API allows to say."""
        self.functions.shelf.records[arn(name)].latest.config["Timeout"] = seconds

    def call(self, name="f", event=None, **options):
        """What comes of a call: the payload as text, and what else is told."""
        payload = {} if event is None else {"Payload": json.dumps(event)}
        answer = self.client.invoke(FunctionName=name, **{**payload, **options})
        return SimpleNamespace(
            text=answer["Payload"].read().decode(),
            error=answer.get("FunctionError"),
            status=answer["StatusCode"],
            version=answer.get("ExecutedVersion"),
            request=answer["ResponseMetadata"]["RequestId"],
            log=answer.get("LogResult"),
        )

    def result(self, event=None, name="f", **options):
        """The result of a call that goes well."""
        answer = self.call(name, event, **options)
        assert answer.error is None, answer.text
        return json.loads(answer.text)

    def failure(self, event=None, name="f", **options):
        """What is told of a call that fails."""
        answer = self.call(name, event, **options)
        assert answer.error == "Unhandled", answer.text
        return json.loads(answer.text)

    def task(self, task, execution="arn:aws:states:us-east-1:123456789012:execution:m:e"):
        """A task of an execution, to be run by an integration."""
        place = Place(execution, "m", ROLE, REGION, ACCOUNT)
        return Call(task, 1_767_225_600_000, place, self.backends)
