"""Which function answers which operation of Lambda: a literal table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from emulator.functions.caller import Caller
from emulator.functions.operations import aliases, functions, invoke, policies, tags, versions

if TYPE_CHECKING:
    from emulator.functions.service import Functions

Operation: TypeAlias = "Callable[[Functions, Caller, dict[str, Any]], dict[str, Any]]"

OPERATIONS: Mapping[str, Operation] = {
    "AddPermission": policies.add_permission,
    "CreateAlias": aliases.create_alias,
    "CreateFunction": functions.create_function,
    "DeleteAlias": aliases.delete_alias,
    "DeleteFunction": functions.delete_function,
    "GetAlias": aliases.get_alias,
    "GetFunction": functions.get_function,
    "GetFunctionCodeSigningConfig": functions.get_function_code_signing_config,
    "GetFunctionConfiguration": functions.get_function_configuration,
    "GetPolicy": policies.get_policy,
    "Invoke": invoke.invoke,
    "ListAliases": aliases.list_aliases,
    "ListFunctions": functions.list_functions,
    "ListTags": tags.list_tags,
    "ListVersionsByFunction": functions.list_versions_by_function,
    "PublishVersion": versions.publish_version,
    "RemovePermission": policies.remove_permission,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "UpdateAlias": aliases.update_alias,
    "UpdateFunctionCode": functions.update_function_code,
    "UpdateFunctionConfiguration": functions.update_function_configuration,
}
