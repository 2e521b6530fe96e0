"""What must hold beyond the fields of one object: targets, reachability, names, ends."""

from asl.validator.check import check

__all__ = ["check"]
