"""The validator's rules: a code, AWS's code and a page for each."""

from asl.rules.rule import Problem, Rule

__all__ = ["Problem", "Rule"]
