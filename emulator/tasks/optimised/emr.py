"""EMR: the integration's actions are not the service's operations, and are called on one thing each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from asl.jsontypes import JSON
from emulator.tasks.call import Call
from emulator.tasks.sdk.calls import Answered, ask
from emulator.tasks.sdk.faults import Detail, Manner, fault

Parameters = dict[str, JSON]


def ask_emr(call: Call, manner: Manner) -> Answered:
    """What EMR answers to one of the integration's actions.

    Raises:
        Fault: The task has failed.
    """
    return ACTIONS[call.action](call, manner, dict(call.parameters))


def _create(call: Call, manner: Manner, given: Parameters) -> Answered:
    answered = ask(call, manner, "runJobFlow", given)
    return _renamed(answered, {"JobFlowId": "ClusterId"})


def _terminate(call: Call, manner: Manner, given: Parameters) -> Answered:
    return ask(call, manner, "terminateJobFlows", _listed(given, "ClusterId", "JobFlowIds"))


def _protect(call: Call, manner: Manner, given: Parameters) -> Answered:
    return ask(call, manner, "setTerminationProtection", _listed(given, "ClusterId", "JobFlowIds"))


def _add_step(call: Call, manner: Manner, given: Parameters) -> Answered:
    given = _listed(given, "Step", "Steps")
    if "ClusterId" in given:
        given["JobFlowId"] = given.pop("ClusterId")
    answered = ask(call, manner, "addJobFlowSteps", given)
    ids = answered.result.pop("StepIds", [])
    return Answered({**answered.result, **({"StepId": ids[0]} if ids else {})}, answered.metadata)


def _cancel_step(call: Call, manner: Manner, given: Parameters) -> Answered:
    answered = ask(call, manner, "cancelSteps", _listed(given, "StepId", "StepIds"))
    info = answered.result.pop("CancelStepsInfoList", [])
    told = {"CancelStepsInfo": info[0]} if info else {}
    return Answered({**answered.result, **told}, answered.metadata)


def _modify_fleet(call: Call, manner: Manner, given: Parameters) -> Answered:
    cluster, name = given.get("ClusterId"), given.pop("InstanceFleetName", None)
    listed = ask(call, manner, "listInstanceFleets", {"ClusterId": cluster}).result.get("InstanceFleets", [])
    fleet = _member(given, "InstanceFleet")
    fleet["InstanceFleetId"] = _found(listed, name, manner)
    return ask(call, manner, "modifyInstanceFleet", {**given, "InstanceFleet": fleet})


def _modify_group(call: Call, manner: Manner, given: Parameters) -> Answered:
    cluster, name = given.get("ClusterId"), given.pop("InstanceGroupName", None)
    listed = ask(call, manner, "listInstanceGroups", {"ClusterId": cluster}).result.get("InstanceGroups", [])
    group = _member(given, "InstanceGroup")
    group["InstanceGroupId"] = _found(listed, name, manner)
    given.pop("InstanceGroup", None)
    return ask(call, manner, "modifyInstanceGroups", {**given, "InstanceGroups": [group]})


ACTIONS: Mapping[str, Callable[[Call, Manner, Parameters], Answered]] = {
    "addStep": _add_step,
    "cancelStep": _cancel_step,
    "createCluster": _create,
    "modifyInstanceFleetByName": _modify_fleet,
    "modifyInstanceGroupByName": _modify_group,
    "setClusterTerminationProtection": _protect,
    "terminateCluster": _terminate,
}
"""What each action does."""


def _listed(given: Parameters, one: str, many: str) -> Parameters:
    """Parameters with one thing as the list of it that the operation takes."""
    return {(many if name == one else name): [each] if name == one else each for name, each in given.items()}


def _member(given: Parameters, name: str) -> Parameters:
    member = given.get(name)
    return dict(member) if isinstance(member, dict) else {}


def _renamed(answered: Answered, names: Mapping[str, str]) -> Answered:
    return Answered({names.get(key, key): each for key, each in answered.result.items()}, answered.metadata)


def _found(listed: list[JSON], name: JSON, manner: Manner) -> JSON:
    found = [each["Id"] for each in listed if each.get("Name") == name]
    if not found:
        code = "InvalidRequestException"
        raise fault(manner, Detail(code, f"Nothing of the name '{name}' is in the cluster."), code)
    return found[0]
