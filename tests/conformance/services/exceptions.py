"""The played cases that are not equal, each with the reason why they need not be."""

from __future__ import annotations

from tests.conformance.aws.exceptions import EXCEPTIONS as SIMULATED

_BILLED = "what is billed is how long the function took, which took some 300 ms on AWS and no time here"

_RACE = "TestTimeouts_test_service_lambda_map_timeout-a9da0ed2"

EXCEPTIONS: dict[str, str] = {
    "TestExpressSync_test_catch-7c822cef": _BILLED,
    "TestBaseScenarios_test_lambda_service_invoke_sync_execution-c30d9ac0": _BILLED,
    "TestBaseScenarios_test_lambda_service_invoke_sync_execution-c30d9ac0 without mocks": _BILLED,
    _RACE: SIMULATED[_RACE],
}
