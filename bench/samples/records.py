"""Files about people: contracts, pleadings and letters of lawyers; notes and forms of clinics.

Numbers of a file, of a case, of a patient in one house are neutral: no type of ours is theirs.
Dates that are nobody's birth are traps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from bench.samples.checks import luhn
from bench.samples.draft import Draft, Row, prose, written
from bench.samples.prose import PLACES

_LEGAL = prose("""\
THIS AGREEMENT is made on «day», «year» between «upper», residing at «address» (the "Lessor"), and
«upper», residing at «address» (the "Lessee").

Plaintiff «name», by and through counsel, alleges that on «day», «year», Defendant «name» sent an
e-mail from «email» demanding payment of $«big» (Case No. «docket»).

The deponent, «name», born «birth», Social Security number «ssn», was duly sworn and testified as
follows.

Wire instructions: beneficiary «name», IBAN «iban», reference Matter «order». Confirm by telephone
at «phone» before any transfer.

Counsel for the Respondent: «name», Esq., «address», telephone «phone», facsimile «phone», e-mail
«email».

Exhibit «small» shows log-ins to the account from IP address «ip» between «time» and «time» on
«date».

Pursuant to Section «n»(b) of the Act, the Tenant shall pay USD «money» on the first day of each
month; see also 42 U.S.C. § 1983 and 29 CFR 1910.«n».

The Grantor's taxpayer identification number is «ein» and the property is located at «address».

Debtor's credit card ending the statement of «day» is «card»; the balance was $«money».

IN WITNESS WHEREOF the parties have executed this Agreement. Signed: «name», «company».

The estate of «name» (SSN: «ssn_loose») passes to the children, «first» and «first», in equal
shares.

Notice shall be given in writing to «company», attention «name», «address», with a copy to
«email».

The witness «titled» stated that «titled» transferred «small» coins to the wallet «crypto» on
«day», «year».

Non-disclosure: the Recipient, «name» («email»), shall not disclose the Confidential Information
for «small» years.

Applicant: «last_first». Date of birth: «birth». Passport No. «passport_us». Country of issue: USA.

Power of attorney granted by «name», DOB «birth», to «name», mobile «phone».

The Court finds, in No. «docket», 410 U.S. 113 at «n», that the motion of «day», «year» is moot.

The subpoena concerns the subscriber at «ipv4», the device «mac» and the page «url».
""")
_CLINICAL = prose("""\
Patient: «last_first»  DOB: «birth»  MRN: «record»  Phone: «phone»

«name» is a «n»-year-old who presented on «day» with chest pain; BP 128/82, HR «n», SpO2 97 %.

Pt «titled» was seen by «titled» at «company» on «date». Next visit in «small» weeks.

Emergency contact: «name» (spouse), «phone». Address: «address».

Insurance subscriber SSN «ssn», member id on file; the co-pay of $«money» was paid with card
«card».

Referral sent to «name», MD, «email», fax «phone», NPI «npi».

Labs of «date»: Hb 13.«small» g/dL, WBC 7.«small» x10^9/L, creatinine 0.9«small» mg/dL,
TSH 2.«small» mIU/L.

D.O.B. «birth»; allergies: penicillin; ICD-10 E11.9, I10; metformin 500 mg twice daily.

Discharge summary for «upper», date of birth «birth», admitted «date», discharged «date».

Please send the imaging to «email» or upload it at «url» before «day».

The patient's daughter «first» can be reached at «phone» after 5 pm; SSN on the form: «ssn_loose».

Telehealth session from «ip» began at «time» and lasted «n» minutes.

NHS number «nhs», GP Dr «initials», surgery tel. «phone».

Name: «name» / Born: «birth» / Sex: F / Room «n»B / Attending: «titled»

Prescription for «name», «address»: amoxicillin 875 mg, 14 tablets, no refills. Prescriber
«initials».

Billing: IBAN «iban», amount «money», invoice «order», patient email «email».

Implant serial «big»-«n», lot «big», device MAC «mac», software «version», checked on «date».

Mother's name «name», mother's phone «phone», delivery on «day», weight 3«small»50 g, Apgar 9/10.
""")


def _npi(random: Random) -> str:
    body = "1" + written("[0-9]{8}", random)
    return body + luhn(f"80840{body}")


def nhs(random: Random) -> str:
    """Ten digits, the last by the rule of eleven."""
    while True:
        body = written("[4-7][0-9]{8}", random)
        total = sum(int(digit) * (10 - index) for index, digit in enumerate(body))
        check = (11 - total % 11) % 11
        if check < 10:
            number = f"{body}{check}"
            return f"{number[:3]} {number[3:6]} {number[6:]}"


_PLACES = {
    **PLACES,
    "npi": ("-", _npi),
    "nhs": ("NATIONAL_ID", nhs),
    "ein": ("TAX_ID", lambda random: written("[2-8][0-9]-[0-9]{7}", random)),
    "passport_us": ("PASSPORT", lambda random: written("[A-Z][0-9]{8}|[0-9]{9}", random)),
}


def _rows(name: str, templates: Sequence[str], count: int) -> Iterator[Row]:
    random = Random(name)
    for number in range(count):
        draft = Draft()
        for index, template in enumerate(random.sample(templates, k=random.randint(1, 3))):
            if index:
                draft.add(random.choice((" ", "\n", "\n\n")))
            draft.fill(template, _PLACES, random)
        yield draft.row(f"{name}-{number:04}")


def legal(count: int = 600) -> Iterator[Row]:
    return _rows("legal", _LEGAL, count)


def clinical(count: int = 600) -> Iterator[Row]:
    return _rows("clinical", _CLINICAL, count)
