"""What AWS is told of executions beside their callers: status events on EventBridge, records in logs."""
