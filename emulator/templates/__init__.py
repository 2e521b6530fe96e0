"""Files that people have already: state machines and functions out of templates of deployment tools."""

from emulator.templates.loading import USUAL_NAMES, find, is_template, load, split, template_at
from emulator.templates.model import Function, Machine, Template
from emulator.templates.problems import Place, Problem, TemplateProblem
from emulator.templates.resources import Creation, other_resources, template_resources

__all__ = [
    "USUAL_NAMES",
    "Creation",
    "Function",
    "Machine",
    "Place",
    "Problem",
    "Template",
    "TemplateProblem",
    "find",
    "is_template",
    "load",
    "other_resources",
    "split",
    "template_at",
    "template_resources",
]
