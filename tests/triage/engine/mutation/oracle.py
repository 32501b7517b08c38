"""Ask the engine's tests about one mutant, in a process of its own, until the first one notices it."""

import importlib
import inspect
import itertools
import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

from hypothesis import Phase, settings

from tests.triage.engine import rules_under_test
from tests.triage.engine.mutation.mutators import Mutant, mutated

HERE: Final = "tests.triage.engine"
TESTS: Final = Path(__file__).parents[1]
PACKAGE: Final = "symptoms.triage.engine"
# A mutant that runs for ever (in seconds of the processor), or eats the memory, is noticed by that.
SECONDS: Final = 60
BYTES: Final = 2 * 1024**3
# Needs Django, which would load the engine before the mutant is in it; and one test starts a process of its own.
LEFT_OUT: Final = {"test_command", "test_the_engine_needs_neither_django_nor_celery"}

# Modules of tests that try so many diaries or files that they are asked last, and not at all with --quick.
SLOW: Final = ("test_properties", "test_bad_rule_files")

Change = Callable[[], None]
Among = Callable[[str], bool]


class _Loader(SourceFileLoader):
    """Loads a mutant in place of the module's own source."""

    code: CodeType

    def get_code(self, fullname: str) -> CodeType:
        return self.code


class _Finder:
    def __init__(self, name: str, code: CodeType) -> None:
        self.name, self.code = name, code

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname == self.name else None
        if spec is not None and spec.origin is not None:
            loader = _Loader(fullname, spec.origin)
            loader.code = self.code
            spec.loader = loader
        return spec


def module_is(name: str, mutant: Mutant) -> Change:
    """Return the change that puts `mutant` in place of a module of the engine.

    A function that was loaded gets its new code; for all else the engine and its tests are loaded again.
    """

    def change() -> None:
        code = compile(mutated(mutant), name, "exec")
        function = _functions(sys.modules[name]).get(mutant.function)
        if function is None:
            _forget()
            sys.meta_path.insert(0, _Finder(name, code))
        else:
            function.__code__ = _codes(code)[mutant.function]
            rules_under_test.rule_set.cache_clear()

    return change


def _forget() -> None:
    for name in list(sys.modules):
        if name.startswith((PACKAGE, f"{HERE}.test_", f"{HERE}.rules_under_test")):
            del sys.modules[name]


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    """Return the functions and methods of a module by their full names, but for those that ran at import."""
    found = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
    for one in [one for one in found if inspect.isclass(one)]:
        found.extend(value for value in vars(one).values() if not isinstance(value, classmethod))
    plain = [_plain(one) for one in found]
    functions = (one for one in plain if isinstance(one, FunctionType) and one.__code__.co_filename != "<string>")
    return {one.__qualname__: one for one in functions}


def _plain(value: Any) -> Any:
    """Return the function behind a property or a cache."""
    inner = value.fget if isinstance(value, property) else value
    return getattr(inner, "__wrapped__", inner)


def _codes(code: CodeType) -> dict[str, CodeType]:
    """Return the codes inside `code`, at any depth, by their full names."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    found = {one.co_qualname: one for one in inner}
    return found | {name: deep for one in inner for name, deep in _codes(one).items()}


def rule_file_is(name: str, text: str) -> Change:
    """Return the change that puts `text` in place of one of the rule files."""

    def change() -> None:
        folder = Path(tempfile.mkdtemp(dir=os.environ["MUTANTS_DIR"]))
        for path in rules_under_test.RULES.glob("*.toml"):
            (folder / path.name).write_text(text if path.name == name else path.read_text("utf-8"), "utf-8")
        rules_under_test.RULES = folder
        rules_under_test.rule_set.cache_clear()

    return change


def noticed_by(change: Change, order: Callable[[str], Any], among: Among) -> str | None:
    """Return the test, of those whose module is `among` the asked, that notices the change, or None.

    `order` sorts the tests, likeliest first.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        _run(change, order, among, write)
    os.close(write)
    with os.fdopen(read) as answer:
        told = answer.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "(ran too long)"
    return str(json.loads(told)) if json.loads(told) else None


def _run(change: Change, order: Callable[[str], Any], among: Among, write: int) -> None:
    """Never returns: the process ends here."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    name = "(import)"
    # Whatever the mutant does, this process answers and ends.
    try:
        change()
        tests = {name: test for name, test in _tests() if among(name.split(".")[0])}
        for name in sorted(tests, key=lambda one: (is_slow(one), order(one), one)):
            for arguments in _arguments(tests[name]):
                tests[name](**arguments)
        name = ""
    except BaseException:  # noqa: BLE001, S110
        pass
    os.write(write, json.dumps(name).encode())
    os._exit(0)


def _tests() -> Iterator[tuple[str, Callable[..., None]]]:
    for path in sorted(TESTS.glob("test_*.py")):
        if path.stem not in LEFT_OUT:
            module = importlib.import_module(f"{HERE}.{path.stem}")
            for name, value in vars(module).items():
                if name.startswith("test_") and inspect.isfunction(value) and name not in LEFT_OUT:
                    yield f"{path.stem}.{name}", value


def is_slow(name: str) -> bool:
    return name.startswith(SLOW)


def is_of_rules(module: str) -> bool:
    """Tell whether the tests of a module are examples of what the rules say, and not of how they are read."""
    return module in {
        "test_examples",
        "test_cases",
        "test_readings",
        "test_readings_by_rule",
        "test_emergency_lists",
    }


def _arguments(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each case of a test, as pytest would; of fixtures only tmp_path is known."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    for rows in itertools.product(*(mark.args[1] for mark in marks)):
        arguments: dict[str, Any] = {}
        for mark, row in zip(marks, rows, strict=True):
            names = mark.args[0].split(",") if isinstance(mark.args[0], str) else mark.args[0]
            values = row.values if hasattr(row, "values") and not isinstance(row, dict) else row
            arguments |= dict(zip(names, values if len(names) > 1 else [row], strict=True))
        if "tmp_path" in inspect.signature(test).parameters:
            arguments["tmp_path"] = Path(tempfile.mkdtemp(dir=os.environ["MUTANTS_DIR"]))
        yield arguments


def load() -> None:
    """Load the tests before the first process is forked off. A property that fails need not be made small."""
    settings.register_profile("mutants", phases=[Phase.generate])
    settings.load_profile("mutants")
    rules_under_test.rule_set()
    list(_tests())
