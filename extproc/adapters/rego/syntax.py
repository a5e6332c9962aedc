"""regorus' syntax tree as the lints need it: rules, what each refers to, and what it calls.

The tree is JSON. A node is an object with one key, its kind, over a body that has a `span`:
{"Call": {"span": {"line": 3, …}, "fcn": …, "params": […]}}. Trees are walked with a stack of our
own, so that no depth of nesting ends in a RecursionError.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str, ...]
"""Below `data`: ("extproc", "request", "decision")."""


@dataclass(frozen=True, slots=True)
class Rule:
    path: Path
    """As far as the head is constant: `p.q[x]` gives p.q."""
    line: int
    is_function: bool
    tree: Any
    local: frozenset[str]
    """Variables that the rule declares, which hide rules of the same name."""


@dataclass(frozen=True, slots=True)
class Module:
    file: str
    package: Path
    imports: dict[str, Path | None]
    """Alias to the path below `data`; None for `input` and the keywords."""
    inputs: dict[str, Path]
    """Alias to the path below `input`."""
    has_future_not: bool
    rules: list[Rule]


@dataclass(frozen=True, slots=True)
class Ref:
    """`data.a[x].b` is base "data", constant ["a"], complete False."""

    base: str | None
    """The variable that it starts from; None for what starts from a call or a literal."""
    constant: Path
    is_complete: bool
    line: int
    inner: list[Any] = field(default_factory=list)
    """Indices that are no constants, and the start when it is no variable."""


def read_module(file: str, source: str, tree: Any) -> Module:
    """`source` is the module's text and `tree` its tree, as `get_ast_as_json` shows it."""
    content = source.encode()
    package = read_ref(tree["package"]["refr"])
    imports: dict[str, Path | None] = {}
    inputs: dict[str, Path] = {}
    has_future_not = False
    for item in tree["imports"]:
        ref = read_ref(item["refr"])
        path = (ref.base or "", *ref.constant)
        if path == ("future", "keywords", "not"):
            has_future_not = True
        alias = item.get("as")
        name = _cut(content, alias) if alias else path[-1]
        imports[name] = path[1:] if path[0] == "data" else None
        if path[0] == "input":
            inputs[name] = path[1:]
    prefix = (package.base or "", *package.constant)
    rules = [_rule(content, prefix, item) for item in tree["rules"]]
    return Module(file, prefix, imports, inputs, has_future_not, rules)


def _rule(content: bytes, package: Path, item: Any) -> Rule:
    ((kind, body),) = item.items()
    if kind == "Default":
        head, is_function = body["refr"], bool(body.get("args"))
        args = body.get("args") or []
    else:
        ((head_kind, spec),) = body["head"].items()
        head, is_function = spec["refr"], head_kind == "Func"
        args = spec.get("args") or []
    ref = read_ref(head)
    local = {name for arg in args for name in _variables(arg)}
    for node_kind, node in walk(body):
        local |= _declared(content, node_kind, node)
    path = (*package, ref.base or "", *ref.constant)
    return Rule(path, body["span"]["line"], is_function, body, frozenset(local))


def _declared(content: bytes, kind: str, node: Any) -> set[str]:
    match kind:
        case "SomeIn":
            return {*_variables(node["key"]), *_variables(node["value"])}
        case "SomeVars":
            return {_cut(content, span) for span in node["vars"]}
        case "Every":
            return {_cut(content, span) for span in (node["key"], node["value"]) if span}
        case "AssignExpr" if node["op"] == "ColEq":
            return set(_variables(node["lhs"]))
    return set()


def _variables(tree: Any) -> Iterator[str]:
    return (node["value"] for kind, node in walk(tree) if kind == "Var")


def _cut(content: bytes, span: Any) -> str:
    return content[span["start"] : span["end"]].decode(errors="replace")


def walk(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every (kind, body) below `tree`, itself included, parents first."""
    stack = [tree]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(reversed(value))
        elif isinstance(value, dict):
            for key, child in value.items():
                if isinstance(child, dict) and "span" in child and key[:1].isupper():
                    yield key, child
            stack.extend(reversed(value.values()))


def read_ref(tree: Any) -> Ref:
    """A Var, RefDot or RefBrack node (or anything else, as a Ref without a base)."""
    parts: list[str | None] = []
    inner: list[Any] = []
    node = tree
    while True:
        ((kind, body),) = node.items()
        if kind == "RefDot":
            parts.append(body["field"][1])
        elif kind == "RefBrack":
            ((index_kind, index),) = body["index"].items()
            if index_kind in ("String", "RawString"):
                parts.append(index["value"])
            else:
                parts.append(None)
                inner.append(body["index"])
        else:
            break
        node = body["refr"]
    parts.reverse()
    stop = parts.index(None) if None in parts else len(parts)
    constant = tuple(part for part in parts[:stop] if part is not None)
    base = body["value"] if kind == "Var" else None
    if base is None:
        inner.append(node)
    return Ref(base, constant, stop == len(parts), body["span"]["line"], inner)


def refs(tree: Any) -> Iterator[tuple[Ref, Any]]:
    """Every reference below `tree`, each as a whole, with the Call body it is the name of, if
    any."""
    stack: list[Any] = [tree]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
            continue
        if not isinstance(value, dict):
            continue
        for key, child in value.items():
            if key in ("Var", "RefDot", "RefBrack") and isinstance(child, dict):
                ref = read_ref({key: child})
                if ref.base is not None:
                    yield ref, None
                stack.extend(ref.inner)
            elif key == "Call" and isinstance(child, dict):
                ref = read_ref(child["fcn"])
                if ref.base is not None:
                    yield ref, child
                stack.extend(ref.inner)
                stack.append(child["params"])
            else:
                stack.append(child)


def with_targets(tree: Any) -> Iterator[Ref]:
    """What the `with` below `tree` replace."""
    stack: list[Any] = [tree]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            for change in value.get("with_mods") or ():
                yield read_ref(change["refr"])
            stack.extend(value.values())


class Rules:
    """All rules by path, and what a reference can reach."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.by_path: dict[Path, list[tuple[Module, Rule]]] = defaultdict(list)
        self._below: dict[Path, set[Path]] = defaultdict(set)
        for module in modules:
            for rule in module.rules:
                self.by_path[rule.path].append((module, rule))
        for path in self.by_path:
            for length in range(len(path)):
                self._below[path[:length]].add(path)

    def resolve(
        self, module: Module, rule: Rule, ref: Ref, *, is_call: bool = False
    ) -> Path | None:
        """The path below `data` that a reference starts with; None if it is no document."""
        if ref.base == "data":
            return ref.constant
        if ref.base is None or (ref.base in rule.local and not is_call):
            return None
        if ref.base in module.imports:
            prefix = module.imports[ref.base]
            return None if prefix is None else (*prefix, *ref.constant)
        own = (*module.package, ref.base)
        if own in self.by_path or own in self._below:
            return (*own, *ref.constant)
        return None

    def meanings(self, module: Module, ref: Ref) -> Iterator[Path]:
        """Every path below `data` that a reference may start with, as if variables hid nothing."""
        if ref.base is None:
            return
        if ref.base == "data":
            yield ref.constant
        prefix = module.imports.get(ref.base)
        if prefix is not None:
            yield (*prefix, *ref.constant)
        own = (*module.package, ref.base)
        if own in self.by_path or own in self._below:
            yield (*own, *ref.constant)

    def reached(self, path: Path) -> set[Path]:
        """Every rule that a reference to `path` may evaluate: it, those above, those below."""
        above = {path[:n] for n in range(len(path) + 1) if path[:n] in self.by_path}
        return above | self._below.get(path, set())

    def has_function(self, path: Path) -> bool:
        return any(rule.is_function for _, rule in self.by_path.get(path, ()))
