"""How far a rule can see: which places of `input` it can look at, and whether it is steady.

Told from the syntax trees alone, and always too much rather than too little:

- A rule sees what every rule sees that it refers to, whichever branch is taken; a reference to a
  package is one to all its rules, and one to a part of a rule is one to the rule.
- `input.a.b` sees that place and everything below it. `input.a[x]` sees all of input.a, unless x
  is a text that stands there. `input` alone, as an operand, say, sees everything.
- A variable hides nothing: a name that could be a rule, an alias or a variable is all of them.
- `with input…` builds another input out of this one, so it sees everything.

That is enough to leave the rest out of a document, as a reference to what is absent and one into
what is no object are both undefined, in Rego and in regorus.

Rego is a function of input and data but for a few builtins. A rule that can call none of those
is steady: one engine, whose data does not change, gives the same for the same input for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from extproc.adapters.rego.builtins import ARITY
from extproc.adapters.rego.syntax import Module, Path, Ref, Rules, refs, with_targets

STEADY = frozenset(
    name for name in ARITY if not name.startswith(("time.", "uuid.", "rand.")) and name != "trace"
)
"""Builtin functions whose result depends on their operands alone. All of `time` is left out, not
only its clock: what a time zone means is the machine's matter. `print` and `trace` are, because
what they print is a result too."""


@dataclass(frozen=True, slots=True)
class Reach:
    paths: tuple[Path, ...] | None
    """Below `input`, sorted, none the beginning of another; None for everything."""
    is_steady: bool


@dataclass(slots=True)
class _Seen:
    """By one rule itself."""

    paths: set[Path] = field(default_factory=set)
    rules: set[Path] = field(default_factory=set)
    is_steady: bool = True


class Reaches:
    """The reach of every rule of some modules that passed the lints."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.rules = Rules(modules)
        self._seen: dict[Path, _Seen] = {}

    def of(self, path: Path) -> Reach:
        """`path` is below `data`, with or without a rule there."""
        seen = [self._look(rule) for rule in self.evaluated(path)]
        paths = {place for one in seen for place in one.paths}
        return Reach(None if () in paths else _shortest(paths), all(one.is_steady for one in seen))

    def evaluated(self, path: Path) -> set[Path]:
        """Every rule that may be evaluated for it."""
        found: set[Path] = set()
        waiting = self.rules.reached(path)
        while waiting:
            rule = waiting.pop()
            if rule not in found:
                found.add(rule)
                waiting |= self._look(rule).rules
        return found

    def _look(self, path: Path) -> _Seen:
        if path not in self._seen:
            seen = self._seen[path] = _Seen()
            for module, rule in self.rules.by_path[path]:
                seen.paths |= {
                    () for target in with_targets(rule.tree) for _ in _places(module, target)
                }
                for ref, call in refs(rule.tree):
                    seen.paths.update(_places(module, ref))
                    meanings = list(self.rules.meanings(module, ref))
                    for meaning in meanings:
                        seen.rules |= self.rules.reached(meaning)
                    name = ".".join((ref.base or "", *ref.constant))
                    is_builtin = name in ARITY or (call is not None and not meanings)
                    if is_builtin and name not in STEADY:
                        seen.is_steady = False
        return self._seen[path]


def _places(module: Module, ref: Ref) -> Iterator[Path]:
    """Of `input`, that a reference looks at."""
    if ref.base == "input":
        yield ref.constant
    if ref.base in module.inputs:
        yield (*module.inputs[ref.base], *ref.constant)


def _shortest(paths: set[Path]) -> tuple[Path, ...]:
    return tuple(
        sorted(path for path in paths if not any(path[:n] in paths for n in range(len(path))))
    )
