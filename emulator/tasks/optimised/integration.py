"""The optimised integrations that call a service as it is, and those that add something to the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

from botocore.exceptions import ClientError

from asl.errors import RUNTIME
from asl.handlers import Answer
from asl.jsontypes import JSON, InvalidJSON, dumps, loads
from asl.query.hash_order import java_hash_order
from emulator import arns
from emulator.tasks.call import Call
from emulator.tasks.optimised import emr as optimised_emr
from emulator.tasks.optimised import jobs as optimised_jobs
from emulator.tasks.optimised.table import SERVICES, Service
from emulator.tasks.sdk import faults as sdk_faults
from emulator.tasks.sdk import integration as sdk
from emulator.tasks.sdk.calls import Answered, ask
from emulator.tasks.sdk.faults import Fault

Special = Callable[[Call, Service], Answer]


def run(call: Call) -> Answer:
    """Runs an optimised integration, of any pattern. Blocks until the service has answered."""
    service = service_of(call)
    try:
        fault = sdk_faults.unassumable(call)
        if fault is not None:
            raise fault
        special = _SPECIAL.get(f"{call.task.service}:{call.action}", _plain)
        answer = special(call, service)
    except Fault as fault:
        return call.failed(fault.error, fault.cause)
    return optimised_jobs.begun(call, service, answer)


def resume(call: Call, output: JSON) -> Answer:
    """Looks after a job again that a ``.sync`` task began, by what its first call answered."""
    return optimised_jobs.resumed(call, service_of(call), output)


def failed(call: Call, error: ClientError) -> Answer:
    """The answer to a task whose service answered with an error, on a call outside this room."""
    manner = service_of(call).manner
    fault = sdk_faults.answered(manner, call.client(manner.service).meta.service_model, error.response)
    return call.failed(fault.error, fault.cause)


def service_of(call: Call) -> Service:
    """How the service of a task is called."""
    service = call.task.service
    return SERVICES.get(f"{service}:{call.action}") or SERVICES[service]


# ------------------------------------------------------------------ what tells of the response


def with_metadata(call: Call, service: Service, answered: Answered) -> dict[str, JSON]:
    """A result with what it tells of the response. Members, headers and their orders are recorded."""
    if service.headers is None:
        return answered.result
    told = answered.metadata
    headers = _headers(service.headers, told, call.now)
    whole = {
        **answered.result,
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [headers[name]] for name in java_hash_order(list(headers))},
            "HttpHeaders": headers,
            "HttpStatusCode": told["HTTPStatusCode"],
        },
        "SdkResponseMetadata": {"RequestId": told.get("RequestId", "")},
    }
    return dict(sorted(whole.items()))


def _headers(names: tuple[str, ...], told: dict[str, Any], now: int) -> dict[str, str]:
    """The headers that AWS sends; what stands in for it sends others, and may leave some out."""
    sent = {name.lower(): value for name, value in told.get("HTTPHeaders", {}).items()}
    always = {"connection": "keep-alive", "server": "Server", "x-amzn-requestid": told.get("RequestId", "")}
    always["date"] = sent.get("date") or formatdate(now // 1000, usegmt=True)
    found = {name: always.get(name.lower()) or sent.get(name.lower()) for name in names}
    return {name: value for name, value in found.items() if value}


# ------------------------------------------------------------------ integrations


def _plain(call: Call, service: Service) -> Answer:
    answered = ask(call, service.manner, call.action, call.parameters)
    return call.succeeded(with_metadata(call, service, answered))


def _send_message(call: Call, service: Service) -> Answer:
    url = call.parameters.get("QueueUrl")
    if isinstance(url, str) and url and "://" not in url:
        # The first SDK takes the queue's URL for the address to ask (recorded).
        text = f"Unable to execute HTTP request: {url.partition('/')[0]}: Name or service not known"
        raise Fault(f"{service.manner.prefix}.SdkClientException", text)
    return _plain(call, service)


def _put_events(call: Call, service: Service) -> Answer:
    """EventBridge: each event tells where it comes from; one that is not taken fails the task (recorded)."""
    given = call.parameters.get("Entries")
    entries: list[JSON] = given if isinstance(given, list) else []
    sent = [_from_here(call, each) for each in entries if not _malformed(each)]
    result: dict[str, JSON] = {"Entries": [], "FailedEntryCount": 0}
    if sent or not entries:
        parameters = call.parameters if given is None else {**call.parameters, "Entries": sent or given}
        result = ask(call, service.manner, call.action, parameters).result
    taken = iter(result["Entries"])
    told = [_MALFORMED if _malformed(each) else next(taken, {}) for each in entries]
    lost = sum("ErrorCode" in each for each in told)
    result = {**result, "Entries": told, "FailedEntryCount": lost}
    if lost:
        raise Fault(f"{service.manner.prefix}.FailedEntry", dumps(result))
    return call.succeeded(result)


_MALFORMED = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
"""What EventBridge says of an event whose Detail is no JSON object (recorded); moto takes it."""


def _from_here(call: Call, entry: JSON) -> JSON:
    """An event with the state machine and the execution among its resources, in this order (recorded)."""
    if not isinstance(entry, dict):
        return entry
    place, given = call.place, entry.get("Resources")
    machine = arns.arn(place.region, place.account, "stateMachine", place.machine_name)
    own = [machine, place.execution_arn]
    return {**entry, "Resources": [*given, *own] if isinstance(given, list) else own}


def _malformed(entry: JSON) -> bool:
    detail = entry.get("Detail") if isinstance(entry, dict) else None
    return detail is not None and not isinstance(_parsed(detail), dict)


def _run_task(call: Call, service: Service) -> Answer:
    """ECS: what could not be placed fails the task, unless it only asks (guide, on ECS)."""
    answered = ask(call, service.manner, call.action, call.parameters)
    result = with_metadata(call, service, answered)
    if call.task.pattern != "request" and answered.result.get("Failures"):
        raise Fault("AmazonECS.Unknown", dumps(result))
    return call.succeeded(result)


def _invoke_model(call: Call, service: Service) -> Answer:
    """Bedrock: the model's answer is JSON in the result, or an object in S3 (guide, on Bedrock)."""
    parameters = dict(call.parameters)
    source, target = parameters.pop("Input", None), parameters.pop("Output", None)
    if isinstance(source, dict) and "S3Uri" in source:
        parameters["Body"] = _object(call, "getObject", source["S3Uri"], {}).get("Body", "")
    result = ask(call, service.manner, call.action, parameters).result
    body = _parsed(result.get("Body"))
    if isinstance(target, dict) and "S3Uri" in target:
        _object(call, "putObject", target["S3Uri"], {"Body": body})
        body = target["S3Uri"]
    return call.succeeded({**result, "Body": body})


def _object(call: Call, action: str, uri: JSON, more: dict[str, JSON]) -> dict[str, JSON]:
    bucket, _, key = str(uri).removeprefix("s3://").partition("/")
    return ask(call, sdk.manner_of("s3", "S3"), action, {"Bucket": bucket, "Key": key, **more}).result


def _parsed(body: JSON) -> JSON:
    try:
        return loads(body) if isinstance(body, str) else body
    except InvalidJSON:
        return body


def _kubernetes(call: Call, service: Service) -> Answer:
    raise Fault(RUNTIME, f"{call.task.resource} calls a Kubernetes cluster, and there is none here. Mock it.")


def _emr(call: Call, service: Service) -> Answer:
    return call.succeeded(with_metadata(call, service, optimised_emr.ask_emr(call, service.manner)))


_SPECIAL: Mapping[str, Special] = {
    "bedrock:invokeModel": _invoke_model,
    "ecs:runTask": _run_task,
    "eks:call": _kubernetes,
    "eks:runJob": _kubernetes,
    "events:putEvents": _put_events,
    "sqs:sendMessage": _send_message,
    **{f"elasticmapreduce:{action}": _emr for action in optimised_emr.ACTIONS},
}
"""The actions that are more than a call of the service's operation of that name."""
