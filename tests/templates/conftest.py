"""The command run within this process, in a folder of its own, as in the tests of the command line."""

from tests.cli.conftest import asl, clean_imports, here

__all__ = ["asl", "clean_imports", "here"]
