"""Rules that look at no input, evaluated once at load instead of at each decision.

Such a rule, when it is steady, has one value as long as its data does not change, and the data of
an engine never does. Its text is replaced by a reference to that value, which is given as data:

    blocked := concat("|", data.words)   →   blocked := data["constants"]["t.blocked"]

The line numbers stay. Left as they are: rules whose value JSON does not hold (a set, a number
that is not exact), that are undefined or err, whose name is not one plain word, and functions;
and every rule as soon as one `with` replaces data or a function, since constants change then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from extproc.adapters.rego.bundle import Bundle
from extproc.adapters.rego.reach import Reach, Reaches
from extproc.adapters.rego.syntax import Module, Path, Rule, refs, with_targets

DATA = "constants of this engine"
_CONSTANT = Reach((), is_steady=True)
_EXACT = 1 << 53
_DEPTH = 16


def settle(
    loaded: Bundle, modules: list[Module], entrypoints: Iterable[Path], engine: Any
) -> Bundle:
    """The bundle with its constant rules replaced, as far as an entrypoint reaches them.
    `engine` is a regorus Engine with the bundle as it is."""
    if DATA in loaded.data or any(map(_is_changed, modules)):
        return loaded
    reaches = Reaches(modules)
    values: dict[str, Any] = {}
    cuts: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for path in sorted({rule for entry in entrypoints for rule in reaches.evaluated(entry)}):
        definitions = reaches.rules.by_path[path]
        if (
            reaches.of(path) != _CONSTANT
            or reaches.rules.reached(path) != {path}
            or not all(_is_plain(module, rule) for module, rule in definitions)
            or not any(_computes(rule) for _, rule in definitions)
        ):
            continue
        name = ".".join(path)
        value = _evaluate(engine, f"data.{name}")
        if not _is_exact(value):
            continue
        values[name] = value
        text = f'{path[-1]} := data["{DATA}"]["{name}"]'
        for module, rule in definitions:
            span = rule.tree["span"]
            cuts[module.file].append((span["start"], span["end"], text))
            text = ""
    texts = {file: _cut(text, cuts[file]) for file, text in loaded.modules.items()}
    return replace(loaded, modules=texts, data={**loaded.data, DATA: values}) if values else loaded


def _is_changed(module: Module) -> bool:
    """Something is put in the place of data or a function, or of the name `data` itself."""
    return "data" in module.imports or any(
        target.base != "input" for rule in module.rules for target in with_targets(rule.tree)
    )


def _is_plain(module: Module, rule: Rule) -> bool:
    """`name := …`, `name if …` or `default name := …`, and no more than that."""
    if rule.is_function or rule.path[:-1] != module.package:
        return False
    if not all(part.isascii() and part.isidentifier() for part in rule.path):
        return False
    if "head" not in rule.tree:
        return "Var" in rule.tree["refr"]
    ((kind, head),) = rule.tree["head"].items()
    return kind == "Compr" and "Var" in head["refr"]


def _computes(rule: Rule) -> bool:
    """It is more than a literal."""
    if "head" not in rule.tree:
        return any(refs(rule.tree["value"]))
    ((_, head),) = rule.tree["head"].items()
    return any(refs([head["assign"], rule.tree["bodies"]]))


def _evaluate(engine: Any, rule: str) -> Any:
    """None where there is no value to be had."""
    probe = engine.clone()
    try:
        probe.set_input_json("{}")
        return probe.eval_rule(rule)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # a panic is one; whoever asks for a decision meets it again
        return None


def _is_exact(value: Any, depth: int = 0) -> bool:
    """The value comes back from JSON as it was."""
    if isinstance(value, bool | str):
        return True
    if isinstance(value, int):
        return -_EXACT < value < _EXACT
    if depth == _DEPTH:
        return False
    if isinstance(value, list):
        return all(_is_exact(item, depth + 1) for item in value)
    return isinstance(value, dict) and all(
        isinstance(key, str) and _is_exact(item, depth + 1) for key, item in value.items()
    )


def _cut(text: str, cuts: list[tuple[int, int, str]]) -> str:
    content = text.encode()
    for start, end, instead in sorted(cuts, reverse=True):
        lines = b"\n" * content.count(b"\n", start, end)
        content = content[:start] + instead.encode() + lines + content[end:]
    return content.decode()
