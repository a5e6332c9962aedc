"""What is refused at load because the embedded engine would get it wrong later.

Each rule stands for a difference that was measured against OPA, or for a way to end the
process: a function that calls itself overflows the stack, `not f(input.missing)` without
`import future.keywords.not` is true here and undefined there, `walk` with one operand gives
nothing, and a function that does not exist is an error only once a call reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from extproc.adapters.rego.builtins import ARITY, FORBIDDEN
from extproc.adapters.rego.syntax import Module, Path, Rule, Rules, read_ref, refs, walk

_ANY_ARITY = frozenset({"print"})


def mistakes(modules: Iterable[Module], data: Mapping[str, Any]) -> list[str]:
    """All of them as `file:line: what is wrong`, in the order of the text."""
    loaded = list(modules)
    rules = Rules(loaded)
    found = [
        (module.file, line, message)
        for module in loaded
        for line, message in (
            *_calls(module, rules),
            *_negations(module, rules),
            *_hidden_by_data(module, data),
        )
    ]
    found += _cycles(rules)
    return [f"{file}:{line}: {message}" for file, line, message in sorted(set(found))]


def _calls(module: Module, rules: Rules) -> Iterator[tuple[int, str]]:
    for rule in module.rules:
        for ref, call in refs(rule.tree):
            name = ".".join((ref.base or "", *ref.constant))
            if call is None:
                if name in FORBIDDEN:  # `with f as http.send`
                    yield ref.line, f"{name} is not allowed: {FORBIDDEN[name]}"
                continue
            line, count = call["span"]["line"], len(call["params"])
            path = rules.resolve(module, rule, ref, is_call=True)
            if path is not None:
                if not rules.has_function(path):
                    yield line, f"{name} is not a function of these policies"
            elif name in FORBIDDEN:
                yield line, f"{name} is not allowed: {FORBIDDEN[name]}"
            elif name == "walk":
                # OPA's `[path, value] = walk(x)` iterates; here it would give nothing.
                if count != 2:
                    yield line, "walk needs two operands here: walk(x, [path, value])"
            elif name in _ANY_ARITY:
                continue
            elif name not in ARITY:
                yield line, f"the embedded engine has no function {name}"
            elif count not in (ARITY[name], ARITY[name] + 1):  # the second: f(x, result)
                yield line, f"{name} takes {ARITY[name]} operands, not {count}"


def _negations(module: Module, rules: Rules) -> Iterator[tuple[int, str]]:
    if module.has_future_not:
        return
    for rule in module.rules:
        for kind, node in walk(rule.tree):
            if kind == "NotExpr" and not _is_plain(module, rule, rules, node["expr"]):
                yield (
                    node["span"]["line"],
                    "`not` of more than a plain reference needs `import future.keywords.not`, "
                    "or engines differ where something is undefined",
                )


def _is_plain(module: Module, rule: Rule, rules: Rules, tree: Any) -> bool:
    """`input.x`, `allow`, `data.a[x]` with x a variable: nothing inside can be undefined alone."""
    ref = read_ref(tree)
    if ref.base is None:
        return False
    for index in ref.inner:
        ((kind, body),) = index.items()
        if kind == "Number":
            continue
        if kind != "Var" or body["value"] in ("input", "data", *module.imports):
            return False
        if rules.resolve(module, rule, read_ref(index)) is not None:
            return False
    return True


def _hidden_by_data(module: Module, data: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """OPA refuses data at the path of a rule; one of the two would hide the other."""
    for rule in module.rules:
        node: Any = data
        for part in rule.path:
            if not isinstance(node, dict):
                break
            if part not in node:
                node = None
                break
            node = node[part]
        if node is not None:
            yield rule.line, f"data.{'.'.join(rule.path)} is a rule and data at once"


def _cycles(rules: Rules) -> list[tuple[str, int, str]]:
    """Rules that need themselves, each cycle once, told at the first of its rules."""
    edges: dict[Path, list[Path]] = {}
    for path, definitions in rules.by_path.items():
        reached: set[Path] = set()
        for module, rule in definitions:
            for ref, call in refs(_without_head_name(rule.tree)):
                target = rules.resolve(module, rule, ref, is_call=call is not None)
                if target is not None:
                    reached |= rules.reached(target)
        edges[path] = sorted(reached)
    found = []
    done: set[Path] = set()
    for start in sorted(edges):
        trail: list[Path] = []
        on_trail: set[Path] = set()
        stack = [(start, False)]
        while stack:
            path, is_left = stack.pop()
            if is_left:
                trail.pop()
                on_trail.discard(path)
                done.add(path)
            elif path in on_trail:
                cycle = [*trail[trail.index(path) :], path]
                module, rule = rules.by_path[path][0]
                names = " → ".join(".".join(("data", *step)) for step in cycle)
                found.append((module.file, rule.line, f"a rule needs itself: {names}"))
            elif path not in done:
                trail.append(path)
                on_trail.add(path)
                stack.append((path, True))
                stack.extend((target, False) for target in edges[path])
    return found


def _without_head_name(tree: Any) -> Any:
    """The rule without the reference that names it; its keys, operands and values stay."""
    if "head" not in tree:
        return tree["value"]
    ((_, head),) = tree["head"].items()
    name = read_ref(head["refr"])
    rest = {key: value for key, value in head.items() if key != "refr"}
    return [name.inner, rest, tree["bodies"]]
