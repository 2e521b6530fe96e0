"""The rules, one function each: takes the scopes of a definition, gives what is wrong."""
