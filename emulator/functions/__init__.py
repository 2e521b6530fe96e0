"""AWS Lambda on this computer: its API, and processes that run the functions' code."""
