"""The functions of a template as handlers: each sees its own folder, modules and variables while it runs."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from asl.defaults import REGION
from cli.refusal import Refusal
from cli.user_code import account

if TYPE_CHECKING:
    from emulator.templates import Function

INLINE = "index"
"""What Lambda calls the module of code that a template itself has."""


def function_handlers(functions: Iterable[Function], called_in: str) -> dict[str, FunctionCode]:
    """The functions that can be run in this process, by name.

    Args:
        functions: The functions of a template.
        called_in: The text of a definition; the functions that it names are imported at once, so
            that what is wrong with them is told before anything runs.

    Raises:
        Refusal: One of these cannot be imported.
    """
    found = {each.name: FunctionCode(each) for each in functions if why_not(each) is None}
    for code in found.values():
        if is_named(code.function, called_in):
            code.load()
    return found


def is_named(function: Function, definition: str) -> bool:
    """Whether a definition names a function, alone or in an ARN."""
    return re.search(rf"(?<![\w-]){re.escape(function.name)}(?![\w-])", definition) is not None


def why_not(function: Function) -> str | None:
    """Why a function cannot be run in this process, or None if it can."""
    if function.errors:
        return "; ".join(str(each) for each in function.errors)
    if not function.runtime.startswith("python"):
        return f"its runtime is {function.runtime or 'not said'}, and only Python's run in this process"
    if not function.handler.strip("."):
        return "it has no handler"
    return None


class FunctionCode:
    """The code of one function, called as Lambda calls it.

    As long as it runs, the process has the function's variables, and looks for modules in its folder
    too, after everything that is installed. Modules from there are its own: two functions can each
    have an ``app.py``. Not for use by several threads at a time.

    Attributes:
        function: What the template says of it.
    """

    def __init__(self, function: Function) -> None:
        self.function = function
        self._modules: dict[str, ModuleType] = {}
        self._handler: Any = None

    def __call__(self, event: Any, context: Any) -> Any:
        """Calls the handler."""
        __tracebackhide__ = True  # no part of the stack trace that Lambda reports
        self.load()
        with self._inside():
            return self._handler(event, context)

    def load(self) -> None:
        """Imports it.

        Raises:
            Refusal: It cannot be imported, or has no such handler.
        """
        if self._handler is not None:
            return
        function = self.function
        source = f"the function {function.logical_id} ({function.place})"
        try:
            with self._inside(), redirect_stdout(sys.stderr):  # standard output is the run's
                module, name = self._module()
                handler = getattr(module, name, None)
        except Refusal:
            raise
        except (Exception, SystemExit) as error:
            raise Refusal(account(error, source, None)) from None
        if not callable(handler):
            raise Refusal(
                f"{source}: its handler is '{function.handler}', and {module.__name__} has no {name}"
            )
        self._handler = handler

    # -------------------------------------------------------------- importing

    def _module(self) -> tuple[ModuleType, str]:
        """The module of the handler and the name in it: ``src/app.handler`` is in src/app.py."""
        path, _, name = self.function.handler.rpartition(".")
        module = path.replace("/", ".")
        if self.function.inline is not None:
            return self._inline(module or INLINE), name
        top, *below = module.split(".")
        self._import_top(top)
        return (importlib.import_module(module) if below else sys.modules[top]), name

    def _inline(self, name: str) -> ModuleType:
        module = ModuleType(name)
        sys.modules[name] = module
        place = f"{self.function.place.file}#{self.function.logical_id}"
        exec(compile(self.function.inline or "", place, "exec"), vars(module))  # noqa: S102 -- the user's own
        return module

    def _import_top(self, name: str) -> None:
        """Imports the module or package where the handler is: from the function's own code, never another."""
        found = PathFinder.find_spec(name, [str(self._folder)])
        if found is None:
            raise Refusal(
                f"the function {self.function.logical_id} ({self.function.place}): its handler is "
                f"'{self.function.handler}', and there is no {name}.py in {self._folder}"
            )
        module = importlib.util.module_from_spec(found)
        sys.modules[name] = module
        if found.loader is not None:  # a folder without __init__.py has none, and nothing to run
            found.loader.exec_module(module)

    @property
    def _folder(self) -> Path:
        """Where its modules are: a folder or a zip file; beside a single file."""
        code = self.function.code or Path()
        return code.resolve().parent if code.suffix == ".py" else code.resolve()

    # -------------------------------------------------------------- surroundings

    @contextmanager
    def _inside(self) -> Iterator[None]:
        path, environment = list(sys.path), dict(os.environ)
        others = {name: sys.modules[name] for name in self._modules if name in sys.modules}
        before = dict(sys.modules)
        try:
            sys.modules.update(self._modules)
            if self.function.inline is None:
                sys.path.append(str(self._folder))
            os.environ.update(self._variables())
            yield
        finally:
            sys.path[:] = path
            os.environ.clear()
            os.environ.update(environment)
            self._take_out(before)
            sys.modules.update(others)

    def _variables(self) -> dict[str, str]:
        function = self.function
        return {
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_REGION": function.arn.split(":")[3] if function.arn.count(":") > 3 else REGION,
            "_HANDLER": function.handler,
            **function.environment,
        }

    def _take_out(self, before: dict[str, ModuleType]) -> None:
        """Takes the function's own modules out of Python's table, and keeps them for its next call."""
        for name, module in list(sys.modules.items()):
            if name in self._modules or (before.get(name) is not module and self._owns(module)):
                self._modules[name] = module
                if name in before:
                    sys.modules[name] = before[name]
                else:
                    del sys.modules[name]

    def _owns(self, module: ModuleType) -> bool:
        spec: ModuleSpec | None = getattr(module, "__spec__", None)
        if spec is None:
            return self.function.inline is not None
        places = [spec.origin or "", *(spec.submodule_search_locations or ())]
        return self.function.inline is None and any(
            Path(each).is_relative_to(self._folder) for each in places if each
        )
