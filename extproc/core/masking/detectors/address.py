"""Postal addresses, by how their parts are written. Places alone are none.

- Number, name, kind: `12 Elm Street`, `1600 N. 4th Ave`, and what follows: unit, town, state
  code, ZIP code.
- Kind, name, number, as in Romance languages: `Via Roma 12`, `14, rue de la Paix`.
- The kind grown together with the name, and a number: `Lindenstraße 7`, `Kerklaan 12`,
  `Storgatan 3`.
- Post boxes, and units (`Apt. 4B`, `Suite 300`).
- Postcodes whose form is their own: of the United Kingdom and Canada, and a ZIP code behind the
  code of a state; others behind words such as `zip code`.
- Behind words such as `address:` and `lives at`: capitalised words and numbers up to the first
  other word, when both are there.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import NAMES, Detector, Reach, Validate, accept
from extproc.core.masking.detectors.person import MANY
from extproc.core.masking.view import WORD

_BEFORE = rb"(?<![" + WORD + rb"/\\.#$@-])"
_AFTER = rb"(?![" + WORD + rb"])"
_LETTER = rb"A-Za-z\x80-\xbf"
_NAME = rb"(?:[A-Z]|[\x80-\xbf](?=[a-z]))[" + _LETTER + rb"'.-]{0," + MANY + rb"}"
_SMALL = (
    rb"(?:de|del|della|delle|dei|di|da|do|dos|das|du|des|la|las|le|les|los|el|l'|d'|y|e|et|sur"
    rb"|von|van|der|den|the|of|and|zum|zur|am|im|an|in|ul|af|st)"
)
_NUMBER = rb"[0-9]{1,6}(?:[A-Za-z]|[/-][0-9]{1,4})?"

_KINDS = (
    "Street|Str|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Way|Court|Ct|Place|Pl"
    "|Square|Sq|Terrace|Ter|Parkway|Pkwy|Highway|Hwy|Crescent|Cres|Close|Circle|Cir|Trail|Trl"
    "|Alley|Row|Mews|Gardens|Grove|Hill|Loop|Pike|Plaza|Turnpike|Walk|Freeway|Expressway|Esplanade"
)
_STATES = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]"
    "|T[NX]|UT|V[AT]|W[AIVY]|A[AEP]"
)
_UK = "[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][ABD-HJLNP-UW-Z]{2}"
_CANADA = "[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9]"
_UNIT_KINDS = "(?:[Aa]pt|[Aa]partment|[Ss]uite|[Ss]te|[Uu]nit|[Ff]lat|[Ff]loor|[Rr]oom|[Rr]m)"

# A full stop behind a town ends a sentence, and must not be held for what may follow.
_TOWN_WORD = rb"(?:[A-Z]|[\x80-\xbf](?=[a-z]))[" + _LETTER + rb"'-]{0," + MANY + rb"}"
_TOWN = rb"(?:(?:St|Ft|Mt)\. )?" + _TOWN_WORD + rb"(?: " + _TOWN_WORD + rb"){0,2}"
_STATE_ZIP = rb"(?:" + _STATES.encode() + rb")\b(?:,? [0-9]{5}(?:-[0-9]{4})?)?"
_POSTCODE = rb"(?:" + _UK.encode() + rb"|" + _CANADA.encode() + rb")"
_UNIT = rb"(?:,?\s{1,2}(?:" + _UNIT_KINDS.encode() + rb"\.? #?|# ?)[0-9A-Z]{1,6}\b)?"
_REST = (
    _UNIT
    + rb"(?:,?\s{1,2}(?:"
    + _TOWN
    + rb",? (?:" + _STATE_ZIP + rb"|" + _POSTCODE + rb"|[0-9]{4,6})"
    + rb"|" + _STATE_ZIP
    + rb"|" + _POSTCODE
    + rb"|[0-9]{4,5} " + _TOWN
    + rb"))?"
)  # fmt: skip

_STREET = re.compile(
    _BEFORE + rb"((?:" + _NUMBER + rb",? ){1,2}"
    + rb"(?:" + _NAME + rb" |[0-9]{1,3}(?:st|nd|rd|th) ){1,4}"
    + rb"(?:" + _KINDS.encode() + rb")\b\.?(?: [NSEW]{1,2}\b)?" + _REST + rb")" + _AFTER
)  # fmt: skip
_ROMANCE_KINDS = (
    "[Rr]ue|[Aa]venue|[Bb]oulevard|[Qq]uai|[Cc]hemin|[Aa]llee|[Ii]mpasse|Via|[Vv]iale"
    "|[Pp]iazza|[Cc]orso|[Ll]argo|[Vv]icolo|[Cc]alle|[Cc]lle|[Aa]venida|[Aa]vda|[Pp]laza|[Pp]aseo"
    "|[Pp]asaje|[Cc]arrer|[Cc]tra|[Cc]arretera|[Rr]onda|[Rr]ua|[Tt]ravessa|[Pp]raca|[Ee]strada"
    "|[Aa]lameda|[Ss]trada|[Bb]ulevardul|[Uu]lica|[Uu]l\\.|[Uu]litsa|Jalan|Jl"
)
_ROMANCE_STREET = (
    rb"(?:" + _ROMANCE_KINDS.encode() + rb")\.? (?:" + _SMALL + rb" ){0,3}" + _NAME + rb"(?: (?:"
    + _SMALL + rb" ){0,2}" + _NAME + rb"){0,4}"
    + rb"(?:,? (?:n[o.]?\.? ?)?" + _NUMBER + rb")?" + _REST
)  # fmt: skip
_ROMANCE = re.compile(_BEFORE + _ROMANCE_STREET + _AFTER)
_ROMANCE_NUMBERED = re.compile(
    _BEFORE + rb"[0-9]{1,5}(?: ?(?:bis|ter))?,? " + _ROMANCE_STREET + _AFTER
)
_GERMANIC_KINDS = (
    "stra(?:ss|\\x9f)e|str\\.|weg|gasse|platz|allee|ring|damm|ufer|steig|straat|laan|plein|kade"
    "|gracht|dijk|singel|gatan|gata|gate|gaten|gade|vej|vejen|veien|vei|vagen|vag|grand|tie|katu"
    "|kuja|polku|alle|straeti|vegur|svingen|bakken|alleen|toget|torget|torg"
)
_GERMANIC = re.compile(
    rb"-{0,3}(" + _NAME + rb"(?:" + _GERMANIC_KINDS.encode() + rb") [0-9]{1,4}(?: ?[A-Za-z]\b)?"
    + _REST + rb")" + _AFTER
)  # fmt: skip
_BOX = re.compile(
    _BEFORE + rb"((?i:p\.? ?o\.? ?box|postfach|apartado|postbus|postboks"
    rb"|unit [0-9]{1,5} box|psc [0-9]{1,5},? box)"
    rb" #?[0-9]{1,8}" + _REST + rb")" + _AFTER
)  # fmt: skip
_UNIT_ALONE = re.compile(
    _BEFORE + rb"((?i:apt\.?|apartment|suite|ste\.) #?[0-9]{1,5}[A-Z]?" + _REST + rb")" + _AFTER
)
_POSTCODES = re.compile(_BEFORE + rb"(?:" + _POSTCODE + rb")" + _AFTER)
_TOWN_STATE = re.compile(
    _BEFORE + rb"(" + _TOWN + rb",? (?:" + _STATES.encode() + rb"),? [0-9]{5}(?:-[0-9]{4})?)"
    rb"(?![" + WORD + rb".,-][0-9])"
)  # fmt: skip

_TOKEN = rb"(?:" + _NUMBER + rb"|" + _NAME + rb"|" + _SMALL + rb")"
_FIRST_TOKEN = rb"(?:" + _NUMBER + rb"|[A-Z][" + _LETTER + rb"'.-]{0," + MANY + rb"})"
_FREE = _FIRST_TOKEN + rb"(?:,?[ \n]{1,2}" + _TOKEN + rb"){1,12}"
_CUES = (
    "[Aa]ddress(?: is| was)?:?|ADDRESS:|[Aa]nschrift:?|[Aa]dresse?:|[Dd]ireccion:|[Ii]ndirizzo:"
    "|[Ee]ndereco:|[Ll]ive[sd]? (?:at|on)|[Ll]iving at|[Ll]ocated at|[Rr]esid(?:es?|ed|ing) at"
    "|[Rr]esidence:"
    "|[Ss]hip(?:ped|ping)?(?: it)? to:?|[Dd]eliver(?:ed|y)?(?: it)? to:?|[Mm]oved (?:to|from)"
    "|[Oo]ffice is at|[Ss]treet:|[Hh]ome is at|[Ss]end (?:it|them|one|a new one) to"
    "|[Rr]eturn(?: it)? to"
    "|[Tt]axi to|[Pp]ick(?:ed)? (?:me )?up (?:at|from)"
)
_CUED = re.compile(_BEFORE + rb"(?:" + _CUES.encode() + rb")\s{1,6}(" + _FREE + rb")" + _AFTER)
_CODES = r"(?i:(?:zip|postal|post)[ -]?code|postcode|plz|zip)(?: is|:|=)?\s{1,3}"
_CODED = re.compile(_BEFORE + _CODES.encode() + rb"([0-9]{4,6}(?:-[0-9]{3,4}| [A-Z]{2})?)" + _AFTER)

_HAS_NUMBER = re.compile(rb"[0-9]")
_LAST_NUMBER = re.compile(rb"\A.*[0-9](?:[A-Za-z]\b)?(?:, " + _TOWN + rb")?", re.DOTALL)


def _numbered(view: bytes, start: int, end: int) -> int:
    return end if _HAS_NUMBER.search(view, start, end) else 0


def _free(view: bytes, start: int, end: int) -> int:
    """Up to the last number and a town behind it; a name must be there too."""
    text = view[start:end]
    match = _LAST_NUMBER.match(text)
    if match is None or not re.search(rb"[A-Z][a-z]", match[0]):
        return 0
    return start + match.end()


def _detector(
    anchor: str,
    pattern: re.Pattern[bytes],
    validate: Validate = accept,
    back: bytes = b"",
    most: int = 0,
    reach: Reach = Reach.HEAD,
) -> Detector:
    return Detector(
        "ADDRESS",
        anchor,
        pattern,
        validate,
        reach=Reach.BEHIND if back else reach,
        back=back,
        back_most=most,
        profiles=NAMES,
    )


_WORD_BYTES = bytes(byte for byte in range(256) if re.match(rb"[A-Za-z\x80-\xbf-]", bytes([byte])))

DETECTORS = (
    _detector(rf"\b(?:{_KINDS})\b", _STREET, reach=Reach.WORDS),
    _detector(rf"\b(?:{_ROMANCE_KINDS})\.? (?:[A-Z]|[a-z]{{1,5}} )", _ROMANCE, _numbered),
    _detector(
        rf"[0-9](?: ?(?:bis|ter))?,? (?:{_ROMANCE_KINDS})\.? ",
        _ROMANCE_NUMBERED,
        accept,
        b"0123456789",
        4,
    ),
    _detector(
        rf"[A-Za-z.'\x80-\xbf-](?:{_GERMANIC_KINDS}) [0-9]", _GERMANIC, accept, _WORD_BYTES, 32
    ),
    _detector(r"(?i)p\.? ?o\.? ?box #?[0-9]", _BOX),
    _detector(r"(?i)\b(?:postfach|apartado|postbus|postboks) [0-9]", _BOX),
    _detector(r"(?i)\b(?:unit|psc) [0-9]+,? box [0-9]", _BOX),
    _detector(r"(?i)\b(?:apt\.?|apartment|suite|ste\.) #?[0-9]", _UNIT_ALONE),
    _detector(rf"\b{_UK}\b", _POSTCODES),
    _detector(rf"\b{_CANADA}\b", _POSTCODES),
    _detector(rf"[A-Z][a-z.-]+,? (?:{_STATES}),? [0-9]{{5}}", _TOWN_STATE),
    Detector(
        "ADDRESS",
        rf"\b(?:{_CUES})\s{{1,6}}[A-Z0-9]",
        _CUED,
        _free,
        profiles=NAMES,
        holds_lead=True,
    ),
    _detector(_CODES + "[0-9]{4}", _CODED),
)
