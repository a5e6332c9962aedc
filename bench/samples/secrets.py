"""Keys, passwords and tokens the way they lie about in files, and what only looks like one.

A row of the kind `negative` holds nothing to find: hashes, ids, placeholders, public keys, lock
files, code that names a password without saying it. URLs and mail addresses around a secret are
neutral here; they have sets of their own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from random import Random

from bench.samples import people
from bench.samples.draft import Draft, Maker, Row, fixed, lines, written
from bench.samples.values import HEX, MAKERS, token
from bench.samples.vendors import MARKED, NAMED

_HOLDERS = lines("""\
«NAME»=«key»

export «NAME»="«key»"

«name_»: "«key»"

  «name_»: «key»

{"«name_»": "«key»", "region": "eu-west-1"}

const «camel» = '«key»';

«name_» = "«key»"

client = Client(«name_»="«key»", timeout=30)

curl -H "Authorization: Bearer «key»" «~url»

curl -s -H 'X-Api-Key: «key»' «~url»

docker run -e «NAME»=«key» -p 8080:80 acme/app:«version»

os.environ["«NAME»"] = "«key»"

- name: «NAME»
  value: "«key»"

[default]
«name_» = «key»
output = json

my «vendor» key is «key», why do I get a 401?

<add key="«NAME»" value="«key»" />

ENV «NAME» «key»

"«NAME»": "«key»",

config.set('«name_»', '«key»')

--«kebab»=«key» --verbose
""")
_BARE = lines("""\
I pasted «key» into the wrong window

«key»

rotate this one please: «key» (it leaked on «date»)

| prod | «key» | «date» |

git remote add origin https://oauth2:«key»@git.example.com/acme/app.git

// TODO remove: «key»

Response: {"id": «n», "value": "«key»"}

GET /v1/items?key=«key»&page=«small» HTTP/1.1
""")
_PASSWORDS = lines("""\
password = «password»

DB_PASSWORD=«password»

"password": "«password»",

postgres://app:«urlpw»@db.example.com:5432/main

mysql -u root -p«urlpw» -h db01 shop

spring.datasource.password=«password»

<password>«password»</password>

smtp:
  user: mailer
  pass: «password»

conn = connect(host="db01", user="app", password="«password»")

redis://:«urlpw»@cache.example.com:6379/0

my password is «password»

$env:ADMIN_PASSWORD = "«password»"

curl -u admin:«urlpw» «~url»

Server=db01;Database=shop;User Id=sa;Password=«plainpw»;Encrypt=true

mongodb+srv://svc:«urlpw»@cluster0.example.net/?retryWrites=true

ansible_become_pass: «password»

PGPASSWORD=«plainpw» psql -U app

Authorization: Basic «basic»

session cookie: sessionid=«opaque»; Path=/; HttpOnly

Set-Cookie: auth_token=«opaque»; Secure

{"access_token":"«opaque»","token_type":"bearer","expires_in":3600}

refresh_token=«opaque»

client_secret: «opaque»

Authorization: Bearer «jwt»

id_token=«jwt»

«private_key»

tls.key: |
«private_key»
""")
_NEGATIVES = lines("""\
"integrity": "sha512-«b64_88»",

resolved «~url», hash «commit»

glob@«version»: sha256:«sha256»

commit «commit»
Author: build

request_id=«uuid» span=«hex8»«hex8»

API_KEY=your-api-key-here

password: ${DB_PASSWORD}

export OPENAI_API_KEY="<your key>"

AWS_SECRET_ACCESS_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx

token = os.environ["GITHUB_TOKEN"]

password = getpass.getpass("Password: ")

secret: !vault |

api_key = config.get("api_key")

ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB«b64_88»«b64_88» deploy@build

ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI«b64_43» deploy@build

-----BEGIN PUBLIC KEY-----
«b64_64»
«b64_64»
-----END PUBLIC KEY-----

-----BEGIN CERTIFICATE-----
«b64_64»
«b64_64»
-----END CERTIFICATE-----

PASSWORD_MIN_LENGTH = 12

max_tokens: 4096, token_count: «big», stop_token: null

The password must have at least twelve characters and one digit.

if (password !== confirmPassword) throw new Error("passwords differ");

def verify_password(password: str, hashed: bytes) -> bool:

ETag: "«md5»"

md5sum: «md5»  app.tar.gz

Content-MD5 «md5», X-Amz-Content-Sha256: «sha256»

image: acme/app@sha256:«sha256»

password=********

STRIPE_PUBLISHABLE_KEY=«publishable»

secretKeyRef:
  name: app-secrets
  key: database-password

primary_key: customer_id, foreign_key: order_id, sort_key: created_at

key: «uuid»

"keywords": ["token", "secret", "password"],

fingerprint SHA256:«b64_43»

data:image/png;base64,iVBORw0KGgo«b64_88»

const tokenTypes = { access: 'access_token', refresh: 'refresh_token' };

// returns the token that follows the current one in the stream

nonce «uuid», build «hex8», node «hex8»

Authorization: Bearer <token>

ACCESS_TOKEN={{ secrets.ACCESS_TOKEN }}

cache-key: linux-node-modules-«sha256»

The secret of a good soup is patience, and the key is salt.

passwordResetUrl = "/account/reset-password"

uuid.UUID("«uuid»")

license_key_path: /etc/acme/license.key

public_key: "«b64_43»="
""")

_SIMPLE = re.compile(r"[\w.-]+")
"""Other keys are not put into command lines and URLs, where they would have to be escaped."""


def _b64(size: int) -> tuple[None, Maker]:
    def make(random: Random) -> str:
        return base64.b64encode(random.randbytes(size))[:size].decode()

    return None, make


def _plain_password(random: Random) -> str:
    return token(random, random.randint(10, 18))


def _basic(random: Random) -> str:
    return base64.b64encode(f"{people.login(random)}:{_plain_password(random)}".encode()).decode()


_PLACES = {
    **MAKERS,
    **{f"b64_{size}": _b64(size) for size in (43, 64, 88)},
    "md5": (None, lambda random: "".join(random.choices(HEX, k=32))),
    # Publishable, but some would rather hide it.
    "publishable": ("-", lambda random: "pk_live_" + token(random, 24)),
    "urlpw": ("PASSWORD", _plain_password),
    "plainpw": ("PASSWORD", _plain_password),
    "basic": ("SECRET", _basic),
    "opaque": ("SECRET", lambda random: token(random, random.choice((24, 32, 43, 64)))),
}


def rows(count: int = 1000) -> Iterator[Row]:
    """Two fifths with a provider's key, one fifth with a password or token, the rest negative."""
    random = Random("secrets")
    for number in range(count):
        draft = Draft()
        place = number % 5
        if place < 2:
            kind = _vendor(draft, random, number // 5 * 2 + place)
        elif place == 2:
            kind = "password"
            _fill(draft, random.choice(_PASSWORDS), {}, random)
        else:
            kind = "negative"
            for index, template in enumerate(random.sample(_NEGATIVES, k=random.randint(1, 3))):
                if index:
                    draft.add("\n")
                _fill(draft, template, {}, random)
        yield draft.row(f"secrets-{number:04}", kind=kind)


def _vendor(draft: Draft, random: Random, turn: int) -> str:
    """Every vendor has its turn; a marked key is also met without a name."""
    vendor, name, shape = (*MARKED, *NAMED)[turn % (len(MARKED) + len(NAMED))]
    is_marked = turn % (len(MARKED) + len(NAMED)) < len(MARKED)
    is_bare = is_marked and random.random() < 0.35
    words = [each.lower() for each in name.split("_")]
    forms = {
        "key": ("API_KEY" if is_marked else "SECRET", written(shape, random)),
        "vendor": (None, vendor),
        "NAME": (None, name),
        "name_": (None, name.lower()),
        "kebab": (None, "-".join(words)),
        "camel": (None, words[0] + "".join(map(str.title, words[1:]))),
    }
    holders = _BARE if is_bare else _HOLDERS
    if not _SIMPLE.fullmatch(forms["key"][1]):
        holders = holders[: 3 if is_bare else 6]
    _fill(draft, random.choice(holders), forms, random)
    return "marked, bare" if is_bare else "marked, named" if is_marked else "named"


def _fill(
    draft: Draft, template: str, forms: dict[str, tuple[str | None, str]], random: Random
) -> None:
    places: dict[str, tuple[str | None, Maker]] = dict(_PLACES)
    for name, (type_, value) in forms.items():
        places[name.lower() if name != "NAME" else "upper_"] = (type_, fixed(value))
    places["aside"] = ("-", MAKERS["url"][1])
    draft.fill(template.replace("«NAME»", "«upper_»").replace("«~url»", "«aside»"), places, random)
