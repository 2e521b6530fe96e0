"""Where things are that nobody said: the account, the region and the role of runs and of the emulator."""

from __future__ import annotations

ACCOUNT = "123456789012"
"""As Step Functions Local's."""
REGION = "us-east-1"


def role_arn(account: str) -> str:
    """The role that a state machine of an account runs under, where none was named."""
    return f"arn:aws:iam::{account}:role/StepFunctionsRole"
