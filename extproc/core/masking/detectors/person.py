"""Names of persons: a gazetteer, and words that introduce a name.

A name is up to four capitalised words of a line, with initials and particles (`van der`, `al-`)
between them. At such words it is one when

- a first name that is hardly anything else stands first: it and the words behind it, up to one
  that ends a name (a common word, a month, a place, a company);
- a first name that is a word too (`May`, `Grace`) is followed by a surname;
- a surname, or a word with the ending of one (`-enko`, `-sson`, `-shvili`), follows an unknown
  capitalised word or initials; a surname is followed by a first name (`Nagy Zsolt`), or, where a
  line or a field begins, by a comma and a first name (`Weber, Ana`);
- a surname stands alone behind a word that people's names follow (`says`, `by`, `and`).

What a company's form follows (`Ltd`, `University`) and what a place's name begins (`San`, `Lake`)
is none. Words that introduce a name are in `introduced.py`.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import NAMES, Detector, Reach
from extproc.core.masking.detectors.names import COMMON, FIRST, FIRST_OR_WORD, LAST, LAST_OR_WORD
from extproc.core.masking.view import WORD

# A letter outside ASCII begins a name when ASCII letters follow: so do Latin ones that do not
# fold (`Øyvind`, `Łukasz`), and no word of another script.
_FIRST_LETTER = rb"(?:[A-Z]|[\x80-\xbf](?=[a-z]))"
MANY = b"71"
"""Letters of a word."""
_LETTERS = rb"[a-z\x80-\xbf]{1," + MANY + rb"}+"
_CAPITALISED = _FIRST_LETTER + rb"(?:'[A-Z])?" + _LETTERS + rb"(?:['-]?[A-Z]" + _LETTERS + rb")?"
PARTICLES = frozenset(
    b"van von vom der den de del della di da dos das do du la le los el al bin ibn bint ben abu "
    b"ten ter te zu zur af av y e".split()
)
"""Small words inside a name."""
_LINK = (
    rb" (?:[A-Z]\.? |[A-Z]\.){0,2}(?:(?:"
    + b"|".join(sorted(PARTICLES))
    + rb") ){0,2}(?:al-|el-|d')?"
)
_SUFFIX = rb"(?:,? (?:Jr|Sr)\.?| (?:II|III|IV|MD|PhD))?"
START = rb"(?<![" + WORD + rb"@/\\#$&.'-])"
_NEVER_BEHIND = rb"[" + WORD + rb"@/\\(=]|[.:-][A-Za-z0-9_]|'[A-Za-rt-z0-9]"
END = rb"(?!" + _NEVER_BEHIND + rb")"
NAME = _CAPITALISED + rb"(?:" + _LINK + _CAPITALISED + rb"){0,3}" + _SUFFIX
_COMPANY = rb"(?:,? (?:Inc|Ltd|LLC|LLP|GmbH|Corp|PLC|AG|SA)\b\.?| & [A-Z][a-z]{0,20}+| and Sons\b)"
_PATTERN = re.compile(START + rb"(?:[A-Z]\. ?){0,3}" + NAME + _COMPANY + rb"?" + END)
_INVERTED = re.compile(
    rb"(?:(?<![^\n:;\"|\t>(])|(?<=[:|>] ))("
    + _CAPITALISED
    + rb", "
    + _CAPITALISED
    + rb"(?: [A-Z]\.)?)(?! [A-Z][a-z]|,? and |"
    + _NEVER_BEHIND
    + rb")"
)
ENDINGS = (
    "ovic|evic|avic|kovic|owicz|ewicz|kowski|owski|ewski|inski|ynski|owska|ewska|inska|enko|chuk"
    "|czuk|czyk|iczek|sson|ssen|dottir|dsen|nsen|rsen|lsen|ksen|tsen|quist|qvist|strom|ovich"
    "|evich|ovna|idis|iadis|poulos|akis|oglu|shvili|adze|idze|nyan|syan|ryan|lyan|dyan|tyan"
    "|ukas|auskas|aitis|escu|eanu|inen|onen|anen|onen|ainen|jewski|wala|walla|swamy|murthy"
    "|enkov|ikov|akov|nkov|chev|shev|yeva|kova|nova|rova|dova|lova|hova|tova|sova|gova|mova"
    "|cova|zova|eeva|ieva|yaev|aeva|ayev"
)
_COMPANY_END = re.compile(_COMPANY + rb"\Z")
_WORDS = re.compile(_CAPITALISED)
_ENDING = re.compile(rb"[A-Z][a-z]+(?:" + ENDINGS.encode() + rb")\Z")

_FORMS = frozenset(
    b"Inc Ltd Llc Llp Gmbh Corp Corporation Company Co Group Holdings Partners Associates Bank "
    b"Trust Insurance Foundation Institute University College School Academy Hospital Clinic "
    b"Center Centre Airport Station Street Road Avenue Boulevard Lane Drive Square Park River Lake "
    b"Island Islands County City Town Bridge Tower Museum Library Church Cathedral Stadium Hotel "
    b"Award Prize Act Law Theorem Effect Syndrome Disease Method Algorithm Industries Enterprises "
    b"Systems Technologies Solutions Labs Motors Airlines Records Press Publishing Brothers Bros "
    b"Sons Beach Bay Mountain Mountains Valley Hill Hills Falls Creek Court Plaza Building "
    b"Consulting Services International".split()
)
"""Behind a name they make it a company, a place or a thing."""
_PLACES = frozenset(
    b"San Santa Santo Sao Saint St St. Mount Mt Mt. Port Fort Ft Lake Cape New Los Las El Monte "
    b"Puerto Rio Isle Villa Ciudad Nova Hotel Camp Point University Universidad Universite "
    b"Rue Via Calle Rua Avenida Avenue Plaza Piazza Place Boulevard Viale Corso".split()
)
"""Before a name they make it a place."""
_LONE = re.compile(
    rb"(?:[a-z,;:]|\b(?:vs|v)\.) (?<!\b(?:in|at|on|of) )(?<!\b(?:the|The) )"
    rb"(?<!\b(?:near|into|town|city) )\Z"
)
"""What a lone surname stands behind: not the beginning of a sentence, a line or a cell, and no
word that places follow.
"""
_AHEAD = 26


def is_surname(word: bytes) -> bool:
    """Also a double name (`Garcia-Lopez`), and what begins with `Mc` or `O'`."""
    if word in LAST or word.startswith((b"Mc", b"O'")) or _ENDING.match(word):
        return True
    return b"-" in word and not LAST.isdisjoint(word.split(b"-"))


def is_first_name(word: bytes) -> bool:
    return word in FIRST or (b"-" in word and not FIRST.isdisjoint(word.split(b"-")))


def name_end(view: bytes, start: int, end: int) -> int:
    """The end of those words, from the first on, that can be one name; 0 when what follows says
    that it is none.
    """
    at = stop = start
    count = 0
    for word in view[start:end].split(b" "):
        at += len(word) + 1
        if not word[:1].isupper() and word[:1] < b"\x80":
            if not word.islower():  # `al-Rashid`
                stop = at - 1
            continue
        bare = word.rstrip(b".")
        if bare in _FORMS and count:
            return 0
        if len(bare) > 1 and b"." not in bare:
            if count and bare in COMMON and bare not in LAST_OR_WORD:
                break
            count += 1
        stop = at - 1
    return min(stop, end)


def _person(view: bytes, start: int, end: int) -> int:
    text = view[start:end]
    initials, head, follower = _parts(text)
    if head in _PLACES or (
        _COMPANY_END.search(text) and not (is_first_name(head) and b"&" in text)
    ):
        return 0
    before = view[max(0, start - _AHEAD) : start]
    if before[-1:] == b" " and before[:-1].rpartition(b" ")[2] in _PLACES:
        return 0
    if is_first_name(head) and not initials:
        return name_end(view, start, end)
    if is_surname(head):
        if initials or is_first_name(follower) or is_surname(follower):
            return name_end(view, start, end)
        stop = _lone_end(view, before, start, head)
        return stop if name_end(view, start, end) else 0
    if initials:
        is_name = head in LAST_OR_WORD or is_first_name(head) or is_surname(follower)
    elif head in FIRST_OR_WORD:
        is_name = _follows(head, follower, before)
    else:
        is_name = head not in COMMON and is_surname(follower)
    return name_end(view, start, end) if is_name else 0


def _follows(head: bytes, follower: bytes, before: bytes) -> bool:
    """Whether a surname follows a first name that is a word too.

    Within a sentence a word is not written with a capital, so that there an unknown one will do.
    """
    if is_surname(follower):
        return True
    if not follower or (follower in COMMON and follower not in LAST_OR_WORD):
        return False
    return head not in COMMON or before[-2:-1].islower()


def _parts(text: bytes) -> tuple[bool, bytes, bytes]:
    """Whether initials come first, and the first two whole words."""
    names = _WORDS.findall(text)
    has_initials = text[1:2] == b"."
    return has_initials, names[0], names[1] if len(names) > 1 else b""


def _lone_end(view: bytes, before: bytes, start: int, head: bytes) -> int:
    if head in COMMON or head in FIRST_OR_WORD or _LONE.search(before) is None:
        return 0
    return view.find(head, start) + len(head)


def _inverted(view: bytes, start: int, end: int) -> int:
    last, _, first = view[start:end].partition(b", ")
    first = first.partition(b" ")[0]
    is_name = (is_surname(last) or last in LAST_OR_WORD) and first in FIRST
    return end if is_name and last not in FIRST else 0


DETECTORS = (
    Detector(
        "PERSON",
        "",
        _PATTERN,
        _person,
        reach=Reach.WORDS,
        words=FIRST | FIRST_OR_WORD | LAST,
        links=PARTICLES,
        profiles=NAMES,
    ),
    Detector(
        "PERSON", "", _INVERTED, _inverted, words=LAST | LAST_OR_WORD, then=b", ", profiles=NAMES
    ),
    Detector(
        "PERSON",
        rf"\b(?:[A-Z][a-z]+(?:{ENDINGS})\b|Mc[A-Za-z]|O'[A-Z])",
        _PATTERN,
        _person,
        reach=Reach.WORDS,
        links=PARTICLES,
        profiles=NAMES,
    ),
)
