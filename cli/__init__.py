"""The command line: a thin face of the language that parses arguments, calls and prints."""
