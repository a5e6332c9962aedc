"""Names of persons behind words that introduce one.

- A title: `Mr. Ito`, `Prof. Dr. Lind`, `Herr Kunz`, `mrs. dawn jessen`.
- A phrase or a greeting: `my name is`, `I am`, `call me`, `Dear`, `Hi`, `Regards,`.
- A label: `first_name:`, `Patient:`, `Attn:`, `"surname": "…"`, `From:`.
- A role of courts and clinics: `plaintiff Ana Kos`, `patient Grace Lin`.

Behind them also unknown words are a name, up to four written with a capital; a title, `my name
is` and the like, and labels that can hold nothing but a name are followed by names in small
letters too. Words that introduce much besides (`From:`, `called`) need a known name or two words.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import NAMES, Detector, Validate
from extproc.core.masking.detectors.names import COMMON, FIRST, FIRST_OR_WORD, LAST, LAST_OR_WORD
from extproc.core.masking.detectors.person import (
    END,
    MANY,
    NAME,
    PARTICLES,
    is_first_name,
    is_surname,
    name_end,
)
from extproc.core.masking.view import WORD

_SMALL_WORD = rb"[a-z\x80-\xbf]{2," + MANY + rb"}+"
_SMALL = _SMALL_WORD + rb"(?:[ -]" + _SMALL_WORD + rb"){0,3}"
_BEFORE = rb"(?<![" + WORD + rb"@/\\.-])"

_TITLES = (
    "[Mm]r|[Mm]rs|Ms|ms\\.|Mx|[Dd]r|[Pp]rof|Professor|Doctor|Herr|Frau|Mme|Mlle|Madame|Monsieur|Sra?"
    "|Senora?|Don|Dona|Sig|Signora?|Miss|Sir|Lady|Lord|Judge|Justice|Senator|Sen|Governor|Gov"
    "|President|Minister|Rev|Reverend|Father|Sister|Rabbi|Imam|Capt|Captain|Sgt|Sergeant|Lt"
    "|Lieutenant|Col|Colonel|Gen|Detective|Officer|Nurse|Attorney|Atty|Hon|Coach|Uncle|Aunt"
    "|Dhr|Mevr|Sheikh|Pan|Pani|Messrs"
)
_SMALL_TITLES = "mr|mrs|ms|dr|prof"
_PHRASES = (
    "[Nn]ame is|[Nn]ame's|[Cc]alls? me|[Kk]nown as|[Ii] am|[Ii]'m|[Ii]m"
    "|[Dd]ear|[Hh]i|[Hh]ello|[Hh]ey|[Gg]ood (?:morning|afternoon|evening)"
)
_SMALL_PHRASES = "[Nn]ame is|[Nn]ame's|[Cc]alls? me"
_CLOSINGS = "[Rr]egards|[Ss]incerely|[Yy]ours truly|[Cc]heers|[Bb]est wishes|[Tt]hank you|[Tt]hanks"
_MENTIONS = (
    "[Tt]his is|[Cc]alled|[Nn]amed(?: him| her)?|[Ss]igned(?: by)?|[Aa]ssigned to|[Rr]eported by"
    "|[Ss]poke (?:with|to)|[Cc]ontact|[Aa]sk|[Mm]eet|cc|[Aa]ttn|[Aa]ttention"
)
_ROLES = (
    "[Pp]atient|[Cc]lient|[Pp]laintiff|[Dd]efendant|[Pp]etitioner|[Rr]espondent|[Aa]ppellant"
    "|[Ww]itness|[Cc]laimant|[Tt]enant|[Ll]andlord|[Bb]uyer|[Ss]eller|[Bb]orrower|[Ee]mployee"
    "|[Cc]ustomer|[Cc]andidate|[Aa]pplicant|[Tt]estator|[Tt]rustee|[Bb]eneficiary|[Ss]pouse"
    "|[Pp]hysician|[Ss]urgeon|[Tt]herapist|[Cc]olleague|[Mm]anager|[Ss]upervisor|[Aa]gent|[Uu]ser"
)
_NAME_LABELS = (
    "(?:first|last|full|middle|given|family|maiden|legal|patient|client|customer|employee|contact"
    "|holder|account|card|user|cardholder|beneficiary|guardian|spouse|owner|father|mother"
    "|student|applicant|candidate|member|guest|passenger|sender|recipient|billing|shipping"
    "|emergency[ _]contact|manager|display)[ _-]?names?|surname|forename|lastname|firstname"
    "|nachname|vorname|apellidos?|nombre|prenom|cognome"
)
_LABELS = (
    "name|patient|client|plaintiff|defendant|petitioner|respondent|witness|contact|attn|attention"
    "|from|to|cc|bcc|sender|recipient|author|reviewer|assignee|reporter|requester|reported by"
    "|assigned to|prepared by|approved by|signed|signature|by|employee|manager|supervisor|user"
    "|customer|physician|doctor|provider|nurse|attorney|counsel|judge|spouse|guardian|beneficiary"
    "|tenant|landlord|buyer|seller|borrower|lender|applicant|candidate|student|teacher|instructor"
    "|cardholder|account holder|owner|emergency contact|next of kin|host|guest|speaker|passenger"
    "|attendees|participants|person|mother|father|agent|caller|driver|interviewer|interviewee"
)


def _is_name(word: bytes) -> bool:
    return is_first_name(word) or is_surname(word)


def _is_possible(word: bytes) -> bool:
    """Not a common word, or one that is a first name too."""
    return word not in COMMON or word in FIRST_OR_WORD


_BARE = re.compile(rb"[A-Z\x80-\xbf][A-Za-z\x80-\xbf'-]+")


def _surely(view: bytes, start: int, end: int) -> int:
    """Behind what introduces nothing but names."""
    if not view[start : start + 1].isupper():
        return _small_end(view, start, end)
    head = _BARE.search(view, start, end)
    if head is None or not (_is_possible(head[0]) or head[0] in LAST_OR_WORD):
        return 0
    return name_end(view, start, end)


def _likely(view: bytes, start: int, end: int) -> int:
    """Behind what introduces names, and now and then something else."""
    head = _BARE.search(view, start, end)
    if head is None or not _is_possible(head[0]):
        return 0
    return name_end(view, start, end)


def _maybe(view: bytes, start: int, end: int) -> int:
    """Behind what introduces many things: a known name, or two words that are not common."""
    words = _BARE.findall(view, start, end)
    if not words or not _is_possible(words[0]):
        return 0
    if not _is_name(words[0]) and (len(words) < 2 or words[1] in COMMON - LAST_OR_WORD):
        return 0
    return name_end(view, start, end)


def _small_end(view: bytes, start: int, end: int) -> int:
    """The end of a name in small letters: a known one, and known ones behind it."""
    at = stop = start
    for word in view[start:end].split(b" "):
        at += len(word) + 1
        title = word.title()
        if title in COMMON and title not in FIRST and title not in LAST:
            break
        if stop == start and not (_is_name(title) or title in FIRST_OR_WORD):
            return 0
        if word not in PARTICLES:
            stop = at - 1
    return 0 if stop == start else stop


def _detector(
    words: str, between: str, first: str, validate: Validate, value: bytes = NAME
) -> Detector:
    """`words`, then `between`, then a name that begins with one of `first`."""
    return Detector(
        "PERSON",
        rf"\b(?:{words}){between}{first}",
        re.compile(
            _BEFORE
            + rb"(?:"
            + words.encode()
            + rb")"
            + between.encode()
            + rb"("
            + value
            + rb")"
            + END
        ),
        validate,
        profiles=NAMES,
        holds_lead=value is _SMALL,
    )


_COLON = r"[\"']?\s?[:=]\s{0,8}[\"']?"
_ANY_CASE = f"(?i:{_NAME_LABELS})"

_CAPITAL = r"[A-Z\x80-\xbf]"
_LETTER = r"[a-z\x80-\xbf]"
"""What a name begins with: a letter that does not fold to an ASCII one, too."""

DETECTORS = (
    _detector(_TITLES, r"\.? ", _CAPITAL, _surely),
    _detector(_SMALL_TITLES, r"\. ", _LETTER, _surely, _SMALL),
    _detector(_PHRASES, ",? ", _CAPITAL, _likely),
    _detector(_SMALL_PHRASES, " ", _LETTER, _surely, _SMALL),
    _detector(_CLOSINGS, r",\s{1,3}", _CAPITAL, _likely),
    _detector(_MENTIONS, " ", _CAPITAL, _maybe),
    _detector(_ROLES, " ", _CAPITAL, _maybe),
    _detector(_ANY_CASE, _COLON, _CAPITAL, _likely),
    _detector(_ANY_CASE, _COLON, _LETTER, _surely, _SMALL),
    _detector(f"(?i:{_LABELS})", r"[\"']?:\s{1,8}[\"']?", _CAPITAL, _maybe),
)
