"""Names of persons all in capitals or all in small letters: only first and last name together.

- `MARIA LOPEZ`, `LOPEZ, MARIA`: both are known.
- `john smith`: one of the commonest first names, and a known surname behind it.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import NAMES, Detector
from extproc.core.masking.detectors.names import COMMON, FIRST, LAST, LAST_OR_WORD
from extproc.core.masking.detectors.person import END, START, is_surname

_CAPITALS = re.compile(
    START + rb"[A-Z]{3,15}+,? (?:[A-Z]\.? )?[A-Z]{2,20}+(?:[-'][A-Z]{2,20}+)?(?![A-Za-z0-9_(=:/\\])"
)
_SMALL_FIRST = (
    b"james|robert|michael|william|david|richard|joseph|thomas|charles|christopher|daniel|matthew"
    b"|anthony|steven|andrew|kenneth|joshua|kevin|brian|george|edward|ronald|timothy|jason|jeffrey"
    b"|jacob|nicholas|eric|jonathan|stephen|larry|justin|scott|brandon|benjamin|samuel|gregory"
    b"|patrick|raymond|alexander|dennis|jerry|tyler|aaron|jose|adam|nathan|henry|douglas"
    b"|zachary|peter|kyle|walter|ethan|jeremy|harold|keith|roger|noah|gerald|carl|terry|sean|arthur"
    b"|lawrence|jesse|dylan|bryan|bruce|gabriel|logan|albert|willie|alan|juan|wayne|randy"
    b"|roy|vincent|ralph|eugene|russell|bobby|philip|louis|mary|patricia|jennifer|linda|elizabeth"
    b"|barbara|susan|jessica|sarah|karen|lisa|nancy|betty|sandra|margaret|ashley|kimberly"
    b"|emily|donna|michelle|carol|amanda|melissa|deborah|stephanie|rebecca|sharon|laura|cynthia"
    b"|kathleen|amy|angela|shirley|anna|brenda|pamela|emma|nicole|helen|samantha|katherine|christine"
    b"|debra|rachel|carolyn|janet|catherine|maria|heather|diane|ruth|julie|olivia|joyce|virginia"
    b"|victoria|kelly|lauren|christina|joan|evelyn|judith|megan|andrea|cheryl|hannah|jacqueline"
    b"|martha|gloria|teresa|ann|sara|madison|frances|kathryn|janice|jean|abigail|alice|julia|judy"
    b"|sophia|denise|amber|doris|marilyn|danielle|beverly|isabella|theresa|diana|natalie|brittany"
    b"|charlotte|marie|kayla|alexis|lori|john|paul|carlos|luis|jorge|pedro|miguel|fernando|ahmed"
    b"|mohammed|muhammad|ali|omar|hassan|ibrahim|yusuf|fatima|aisha|priya|rahul|raj|amit|sanjay"
    b"|anil|sunil|vijay|deepak|wei|ming|hiroshi|kenji|yuki|takeshi|ivan|dmitri|sergei|natasha|olga"
    b"|svetlana|anastasia|giovanni|giuseppe|francesco|marco|luca|giulia|chiara|pierre|jacques"
    b"|francois|nicolas|isabelle|sophie|hans|klaus|stefan|wolfgang|ingrid|heidi|ursula|lars|anders"
    b"|erik|bjorn|astrid|kwame|kofi|chidi|ngozi|emeka|oluwaseun|thabo|sipho"
)
_SMALL = re.compile(START + rb"(?:" + _SMALL_FIRST + rb") [a-z][a-z\x80-\xbf]{1,19}+" + END)


def _capitals(view: bytes, start: int, end: int) -> int:
    words = [word.title() for word in view[start:end].split(b" ") if len(word) > 2]
    first, last = words[0], words[-1]
    if first.endswith(b","):
        first, last = last, first[:-1]
    if first not in FIRST or (last in COMMON and last not in LAST_OR_WORD):
        return 0
    return end if is_surname(last) or last in LAST_OR_WORD else 0


def _small(view: bytes, start: int, end: int) -> int:
    last = view[start:end].rpartition(b" ")[2].title()
    return end if is_surname(last) and last not in COMMON else 0


DETECTORS = (
    Detector(
        "PERSON",
        "",
        _CAPITALS,
        _capitals,
        words=frozenset(word.upper() for word in FIRST | LAST),
        profiles=NAMES,
    ),
    Detector("PERSON", rf"\b(?:{_SMALL_FIRST.decode()}) [a-z]", _SMALL, _small, profiles=NAMES),
)
