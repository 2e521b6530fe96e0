"""Every operation of Step Functions and the function that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from emulator.api.operations import (
    activities,
    aliases,
    execution_lists,
    executions,
    history,
    map_runs,
    redrive,
    state_machines,
    tags,
    task_tokens,
    test_state,
    validation,
    versions,
)

if TYPE_CHECKING:
    from emulator.api.caller import Caller
    from emulator.app import Emulator

Operation: TypeAlias = Callable[["Emulator", "Caller", dict[str, Any]], Awaitable[dict[str, Any]]]

OPERATIONS: dict[str, Operation] = {
    "CreateActivity": activities.create_activity,
    "CreateStateMachine": state_machines.create_state_machine,
    "CreateStateMachineAlias": aliases.create_state_machine_alias,
    "DeleteActivity": activities.delete_activity,
    "DeleteStateMachine": state_machines.delete_state_machine,
    "DeleteStateMachineAlias": aliases.delete_state_machine_alias,
    "DeleteStateMachineVersion": versions.delete_state_machine_version,
    "DescribeActivity": activities.describe_activity,
    "DescribeExecution": executions.describe_execution,
    "DescribeMapRun": map_runs.describe_map_run,
    "DescribeStateMachine": state_machines.describe_state_machine,
    "DescribeStateMachineAlias": aliases.describe_state_machine_alias,
    "DescribeStateMachineForExecution": executions.describe_state_machine_for_execution,
    "GetActivityTask": activities.get_activity_task,
    "GetExecutionHistory": history.get_execution_history,
    "ListActivities": activities.list_activities,
    "ListExecutions": execution_lists.list_executions,
    "ListMapRuns": map_runs.list_map_runs,
    "ListStateMachineAliases": aliases.list_state_machine_aliases,
    "ListStateMachineVersions": versions.list_state_machine_versions,
    "ListStateMachines": state_machines.list_state_machines,
    "ListTagsForResource": tags.list_tags_for_resource,
    "PublishStateMachineVersion": versions.publish_state_machine_version,
    "RedriveExecution": redrive.redrive_execution,
    "SendTaskFailure": task_tokens.send_task_failure,
    "SendTaskHeartbeat": task_tokens.send_task_heartbeat,
    "SendTaskSuccess": task_tokens.send_task_success,
    "StartExecution": executions.start_execution,
    "StartSyncExecution": executions.start_sync_execution,
    "StopExecution": executions.stop_execution,
    "TagResource": tags.tag_resource,
    "TestState": test_state.test_state,
    "UntagResource": tags.untag_resource,
    "UpdateMapRun": map_runs.update_map_run,
    "UpdateStateMachine": state_machines.update_state_machine,
    "UpdateStateMachineAlias": aliases.update_state_machine_alias,
    "ValidateStateMachineDefinition": validation.validate_state_machine_definition,
}
