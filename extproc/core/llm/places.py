"""The walk that masks a document, and what it takes a string, a number or a key for.

The rule: every string anywhere is masked. A dialect's `Spec` only says where a string needs
another treatment, by its exact place, and never by a key's name alone; what a spec does not
know is looked at as free text. The exemptions, and why each is one:

- NAME (ids, model names): the two sides compare them, and random digits in an id look like
  anything. Exempt only while it looks like an identifier, else it is text.
- BLOB (base64 images, audio, signatures, encrypted blocks): masking one byte destroys it, and
  random base64 looks like keys. Exempt only while it is long and all base64, else it is text.
- PADDING (random letters against traffic analysis): looking would find only chance.
- numbers of the protocol (max_tokens, created, usage, indexes): a masked value is a string,
  which no reader takes there. All other integers are looked at by their digits.

Keys of objects that a spec does not name are masked as text too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from extproc.core.decision import Unavailable
from extproc.core.llm.spec import Foreign, Kind, Path, Slot, Spec, below
from extproc.core.masking import Edit, Finding, Masker

_LOOKS_LIKE_NAME = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_.:/+-]{1,256}")
_LOOKS_LIKE_BLOB = re.compile(r"(?:data:[a-z0-9.+-]+/[a-z0-9.+-]+;base64,)?[A-Za-z0-9+/_-]{64,}=*")
_BEGINS_LIKE_JSON = re.compile(r'[ \t\r\n]{0,31}(?:\[[ \t\r\n]{0,15})?\{[ \t\r\n]{0,15}"')
_MAY_BECOME_JSON = re.compile(r"[ \t\r\n]{0,31}(?:\[[ \t\r\n]{0,15})?(?:\{[ \t\r\n]{0,15})?")
_LOOKS_LIKE_PADDING = re.compile(
    r"(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,12}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{5,8}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_EMPTY: Mapping[type, Callable[[], Any]] = {list: list, str: str}
_NOTHING_IN_IT = frozenset({bool, type(None)})
_CLEAN_MAX = 1024
_CLEAN_LENGTH = 64
_PLACES_MAX = 256
_SMALLEST_LOOKED_AT = 10**6
_LARGEST_LOOKED_AT = 10**40
# A timestamp has the digits of a phone number, and a reader wants it as a number.
_NOT_IN_NUMBERS = frozenset({"PHONE", "DATE_OF_BIRTH", "IP_ADDRESS"})


class Walk:
    """Masks documents in place, and remembers what was found and where.

    May be used for many documents (the events of one stream): then `slots`, `varying`,
    `logprobs` and `is_changed` are of the last one, and the rest of all.
    """

    def __init__(
        self, masker: Masker, *, is_event: bool = False, restoring: Masker | None = None
    ) -> None:
        """`restoring` masks the prose of a whole answer."""
        self.findings: dict[str, int] = {}
        self.places: dict[tuple[str, str], int] = {}
        """(type, where) to count; `where` is a path of known keys."""
        self.is_changed = False
        self.slots: list[Slot] = []
        self.varying: list[Slot] = []
        """Paddings and counts: they may be others in the next event of the same form."""
        self.logprobs: list[dict[str, Any]] = []
        """Objects whose `logprobs` repeat a text of this document."""
        self._masker = masker
        self._restoring = restoring
        self._is_event = is_event
        self._clean: set[str] = set()
        self._trusted: set[str] = set()

    def begin(self) -> None:
        """Forget what belongs to the document before."""
        self.is_changed = False
        self.slots = []
        self.varying = []
        self.logprobs = []

    def trust(self, texts: Iterable[str]) -> None:
        """These are known to hold no finding, in whatever place of a whole body they stand."""
        self._trusted.update(texts)
        self._clean.update(texts)

    def read(self, document: Any, spec: Spec) -> list[Any]:
        """Mask one document in place; returns it in a list of one, since it may be a string."""
        self.begin()
        root = [document]
        self._item(root, 0, document, spec, ())
        return root

    def mask_text(self, text: str, path: Path = ()) -> str:
        """Mask a text that is complete by itself."""
        if text in self._clean or not text:
            return text
        masker = self._masker
        is_json = begins_like_json(text)
        masked, findings = masker.mask_json_text(text) if is_json else masker.mask(text)
        if findings:
            self._note(findings, path)
            return masked
        if len(text) <= _CLEAN_LENGTH:
            if len(self._clean) >= _CLEAN_MAX:
                self._clean.clear()
            self._clean.add(text)
        return text

    def _restore(self, text: str, path: Path) -> str:
        """As `mask_text`, with pseudonyms restored: these are no findings."""
        assert self._restoring is not None
        if begins_like_json(text):
            restored, findings = self._restoring.mask_json_text(text)
        else:
            restored, findings = self._restoring.mask(text)
        if findings:
            self._note(findings, path)
        return text if restored == text else restored

    def _item(self, container: Any, key: Any, value: Any, spec: Spec, path: Path) -> None:
        """Look at one value; `container[key]` is replaced when it is masked."""
        kind = type(value)
        masked: Any
        if spec.is_dropped:
            masked = _EMPTY.get(kind, lambda: None)() if value else value
        elif kind is str:
            masked = self._string(container, key, value, spec, path)
        elif kind is dict:
            self._object(value, spec, path)
            return
        elif kind is list:
            items = spec.items or below(spec)
            for index, item in enumerate(value):
                self._item(value, index, item, items, (*path, self._position(index, item)))
            return
        elif spec.numbers and (kind is int or kind is Decimal):
            masked = self._number(value, path)
        elif spec.is_count and kind is int and self._is_event:
            self.varying.append(Slot(container, key, "", Kind.COUNT, path))
            return
        else:
            return
        if masked is not value:
            container[key] = masked
            self.is_changed = True

    def _position(self, index: int, item: Any) -> int:
        """In a stream an item's own `index` says which one it continues."""
        return position(index, item) if self._is_event else index

    def _object(self, value: dict[str, Any], spec: Spec, path: Path) -> None:
        if spec.kinds:
            kind = value.get("type")
            if type(kind) is str:
                spec = spec.kinds.get(kind, spec)
        fields = spec.fields
        if not fields.keys() >= value.keys():
            self._mask_keys(value, spec, path)
        trusted = self._trusted
        for key, item in value.items():
            kind = type(item)
            if (item in trusted) if kind is str else (kind in _NOTHING_IN_IT):
                continue
            known = fields.get(key)
            if known is not None:
                if spec.logprobs and key == "logprobs":
                    if item:
                        self.logprobs.append(value)
                else:
                    self._item(value, key, item, known, (*path, key))
            else:
                self._item(value, key, item, below(spec), (*path, Foreign(key)))

    def _mask_keys(self, value: dict[str, Any], spec: Spec, path: Path) -> None:
        renamed = {}
        for key in value:
            if key not in spec.fields:
                masked = self.mask_text(key, (*path, Foreign(key)))
                if masked is not key:
                    renamed[key] = masked
        if not renamed:
            return
        self.is_changed = True
        members = list(value.items())
        value.clear()
        for key, item in members:
            name = unique = renamed.get(key, key)
            # Two hidden keys may get one label, and none of their values may be lost.
            number = 1
            while unique in value:
                number += 1
                unique = f"{name}_{number}"
            value[unique] = item

    def _string(self, container: Any, key: Any, text: str, spec: Spec, path: Path) -> str:
        kind = spec.text
        if kind is Kind.TEXT:
            if spec.prose and self._restoring is not None:
                return self._restore(text, path)
            return self.mask_text(text, path)
        if kind is Kind.STREAM or kind is Kind.STREAM_JSON:
            self.slots.append(Slot(container, key, text, kind, path, spec.prose))
            return text
        if kind is Kind.NAME:
            return text if _LOOKS_LIKE_NAME.fullmatch(text) else self.mask_text(text, path)
        if kind is Kind.JSON:
            masked, findings = self._masker.mask_json_text(text)
            if not findings:
                return text
            self._note(findings, path)
            return masked
        if kind is Kind.BLOB:
            return text if looks_like_blob(text) else self.mask_text(text, path)
        if kind is Kind.PADDING:
            masked = text if looks_like_padding(text) else self.mask_text(text, path)
            if masked is text:
                self.varying.append(Slot(container, key, text, kind, path))
            return masked
        masked = self.mask_text(text, path)
        self.slots.append(Slot(container, key, masked, kind, path))
        return masked

    def _number(self, value: Any, path: Path) -> Any:
        """A masked string when all the digits of an integer are a finding, else the value."""
        if not _SMALLEST_LOOKED_AT <= abs(value) <= _LARGEST_LOOKED_AT:
            return value
        whole = abs(int(value))
        if whole != abs(value):
            return value
        digits = str(whole)
        masked, findings = self._masker.mask(digits)
        for finding in findings:
            if finding.type not in _NOT_IN_NUMBERS and finding.end - finding.start == len(digits):
                self._note(findings, path)
                return masked
        return value

    def _note(self, findings: list[Finding], path: Path) -> None:
        where = show_path(path)
        for finding in findings:
            self._place(finding.type, where)

    def note_edits(self, edits: Iterable[Edit], path: Path) -> None:
        """Count what was masked in a text that several places make up."""
        for edit in edits:
            # An edit without text goes on with the one before it; one without a type restores.
            if edit.text and edit.type:
                self._place(edit.type, show_path(path))

    def _place(self, finding_type: str, where: str) -> None:
        self.count(finding_type)
        place = (finding_type, where)
        if place not in self.places and len(self.places) >= _PLACES_MAX:
            # The record of one body stays bounded; the counts stay exact.
            place = (finding_type, "$")
        self.places[place] = self.places.get(place, 0) + 1

    def count(self, finding_type: str) -> None:
        self.findings[finding_type] = self.findings.get(finding_type, 0) + 1


def position(index: int, item: Any) -> int:
    """Which item of an array in a stream this one continues: its own `index`, if it has one.

    Raises Unavailable("masker") for an index of a wrong type, since readers would disagree.
    """
    if type(item) is not dict:
        return index
    own = item.get("index")
    if type(own) is int:
        return own
    if own is None:
        return index
    raise Unavailable("masker", "an index in an event is not a whole number")


def plain_texts(document: Any) -> tuple[list[str], list[Any], bool]:
    """Every string of a document, keys too, that is looked at as plain text; every number that
    is looked at; and whether those are all there is to look at.
    """
    texts: list[str] = []
    numbers: list[Any] = []
    is_plain = True
    waiting = [document]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is str:
            if "{" in value and begins_like_json(value):
                # JSON in a text is looked at unescaped, and its keys say what its values are.
                is_plain = False
            else:
                texts.append(value)
        elif kind is dict:
            texts.extend(value)
            waiting.extend(value.values())
        elif kind is list:
            waiting.extend(value)
        elif (kind is int or kind is Decimal) and (
            _SMALLEST_LOOKED_AT <= abs(value) <= _LARGEST_LOOKED_AT
        ):
            # As the digits that `_number` looks at; of a fraction it looks at none.
            numbers.append(abs(int(value)))
    return texts, numbers, is_plain


def looks_like_padding(text: str) -> bool:
    """Too short for anything but a word, and not all digits; or a time stamp (RFC 3339)."""
    return _LOOKS_LIKE_PADDING.fullmatch(text) is not None


def looks_like_blob(text: str) -> bool:
    """Long, and base64 (either alphabet) from end to end, with or without a data URL's head."""
    return _LOOKS_LIKE_BLOB.fullmatch(text) is not None


def begins_like_json(text: str) -> bool:
    """Whether a text begins like a JSON object, or an array of them.

    Answers of a required form, results of tools: JSON is put into places of plain text. There
    escapes would hide what stands behind them (`\\n4111 …`), and a label would break them. So
    such a text is masked as JSON, in a stream as in a whole body.
    """
    return _BEGINS_LIKE_JSON.match(text) is not None


def may_become_json(text: str) -> bool:
    """Whether the beginning of a text does not tell yet."""
    return _MAY_BECOME_JSON.fullmatch(text) is not None


def show_path(path: Path) -> str:
    """`$.messages[0].content`; keys that are content themselves are shown as `*`."""
    shown = ["$"]
    for part in path:
        if isinstance(part, int):
            shown.append(f"[{part}]")
        else:
            shown.append(".*" if isinstance(part, Foreign) else f".{part}")
    return "".join(shown)
