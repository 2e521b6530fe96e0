"""The API of Step Functions: the wire, the service's model, and one function for each operation."""
