"""Lambda's operations, one function each."""
