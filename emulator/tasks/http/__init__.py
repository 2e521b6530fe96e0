"""HTTP tasks and API Gateway."""
