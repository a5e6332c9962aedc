"""The tests that stand beside the policies: every `test_` rule of the *_test.rego.

Run in process, with the same replaced builtins that decide. `opa test DIR` runs the same rules.
"""

from __future__ import annotations

from pathlib import Path

from extproc.adapters.rego import bundle
from extproc.adapters.rego.embedded import load, message


class Suite:
    """The tests of a directory. Raises PolicyError when it cannot be loaded."""

    def __init__(self, path: Path) -> None:
        self._engine, modules = load(bundle.read(path), with_tests=True)
        self._engine.set_input_json("{}")
        self._places = {
            ".".join(("data", *rule.path)): f"{module.file}:{rule.line}"
            for module in modules
            for rule in module.rules
            if rule.path[-1].startswith("test_") and not rule.is_function
        }

    @property
    def names(self) -> list[str]:
        """`data.package.test_…`, in the order of the text."""
        return list(self._places)

    def run(self, name: str) -> str | None:
        """None when the test holds, else `file:line: what is wrong`. A test holds when it is
        exactly true."""
        try:
            result = self._engine.eval_rule_as_json(name)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # a panic of the engine is a BaseException
            return message(error)
        finally:
            self._engine.take_prints()
        return None if result == "true" else f"{self._places[name]}: {name} is not true"
