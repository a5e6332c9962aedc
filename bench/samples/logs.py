"""What machines write: syslog, JSON, access logs, key=value, stack traces, SQL, CSV, headers."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bench.samples.draft import Draft, Row, lines
from bench.samples.prose import PLACES

_SYSLOG = lines("""\
Mar  «small» «time» web01 sshd[«big»]: Failed password for invalid user «login» from «ipv4» port
+ «big» ssh2

Oct 1«small» «time» gw kernel: [UFW BLOCK] IN=eth0 OUT= MAC=«mac» SRC=«ipv4» DST=«ipv4» LEN=40
+ TTL=244 PROTO=TCP SPT=«big» DPT=22

<34>1 2025-03-1«small»T«time».003Z mx1 postfix/smtp «big» ID47 - to=<«email»>, relay=mx.example.net
+[«ipv4»]:25, delay=1.«small», dsn=2.0.0, status=sent (250 ok)

«date» «time» dhcpd: DHCPACK on «ipv4» to «mac» (laptop-«n») via eth1

«date» «time» hostapd: wlan0: STA «mac» IEEE 802.11: associated
""")
_JSON = lines("""\
{"ts":"«date»T«time».«ms»Z","level":"info","msg":"login ok","user":{"email":"«email»","ip":"«ip»"},
+"trace_id":"«uuid»","ms":«n»}

{"level":"error","logger":"billing","message":"charge declined","card":"«card»","amount":«big»,
+"customer_phone":"«phone»","request_id":"«hex8»"}

{"event":"payout.created","iban":"«iban»","holder":"«name»","status":"pending","retry":«small»}

{"time":«big»«big»,"kind":"audit","actor":"«email»","target":"«email»","action":"role.grant",
+"source":"«ipv6»"}

{"severity":"WARNING","jsonPayload":{"remoteIp":"«ipv4»","url":"«url»","status":403,
+"latency":"0.«ms»s"}}

{"ssn":"«ssn»","dob":"«birth»","name":"«name»","form":"I-9","page":«small»}

{"device":{"mac":"«mac»","ip":"«ipv4»","fw":"«version»"},"uptime":«big»}

{\\"body\\":{\\"to\\":\\"«email»\\",\\"tel\\":\\"«phone»\\"},\\"n\\":«small»}
""")
_ACCESS = lines("""\
«ipv4» - - [1«small»/Oct/2025:«time» +0000] "GET /api/v1/items/«big»?page=«small» HTTP/1.1" 200
+ «big» "«url»" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"

«ipv6» - «login» [0«small»/Apr/2024:«time» +0200] "POST /login HTTP/2.0" 302 0 "-" "curl/8.4.0"

«ipv4», «ipv4» - - "GET /search?q=«emailq»&lang=en HTTP/1.1" 200 «big»

[«date» «time»] haproxy: «ipv4»:«big» fe~ be/app«small» 0/0/1/«n»/«n» 200 «big»
+ "GET /health HTTP/1.1"
""")
_KEYS = lines("""\
level=info ts=«date»T«time»Z msg="sent invite" to=«email» by=«email» attempt=«small»

time=«time» lvl=warn component=sms dest=«phonee» status=undelivered code=30003

client_ip=«ipv4» x_forwarded_for="«ipv4», «ipv6»" method=GET path=/healthz dur=«n»ms

user_email="«email»" user_phone="«phone»" plan=pro seats=«n»

DEBUG auth: token=«secret» user=«login» ttl=3600

db: connect host=«ipv4» port=5432 user=app password=«password» sslmode=require
""")
_TRACES = lines("""\
Traceback (most recent call last):
  File "/srv/app/views.py", line «n», in create
    send(user.email, "«email»")
  File "/srv/app/mail.py", line «n», in send
    raise DeliveryError(f"no route for {address}")
app.errors.DeliveryError: no route for «email» (peer «ipv4»:587)

java.lang.IllegalStateException: duplicate subscriber «phonee»
	at com.example.crm.SubscriberService.add(SubscriberService.java:«n»)
	at com.example.crm.Api$Handler.handle(Api.java:«n»)
Caused by: org.postgresql.util.PSQLException: ERROR: duplicate key value violates unique constraint
+ "subscriber_email_key" Detail: Key (email)=(«email») already exists.

panic: dial tcp «ipv4»:6379: connect: connection refused
goroutine «n» [running]:
main.connect(0xc000«hex8»)
	/go/src/app/main.go:«n» +0x1d

Error: getaddrinfo ENOTFOUND for «url»
    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:109:26) {
  errno: -3008, user: '«email»'
}
""")
_SQL = lines("""\
INSERT INTO customers (id, name, email, phone, ssn) VALUES («big», '«sqlname»', '«email»',
+ '«phone»', '«ssn»');

SELECT id, total FROM payments WHERE card_number = '«card»' AND created_at > '«date»' LIMIT «n»;

UPDATE accounts SET iban = '«iban»', updated_by = '«email»' WHERE id = «big»;

DELETE FROM sessions WHERE ip = '«ip»' OR user_agent LIKE '%bot%'; -- «n» rows

COPY people (name, date_of_birth, mail, mobile) FROM stdin;
«name»	«birth»	«email»	«phone»
«name»	«birth»	«email»	«phone»
""")
_TABLES = lines("""\
id,full_name,email,phone,ip
«big»,«name»,«email»,«phone»,«ipv4»
«big»,«name»,«email»,«phone»,«ipv4»

card_number;expiry;holder;amount
«card»;11/27;«name»;«money»
«card»;02/29;«name»;«money»

X-Forwarded-For: «ipv4», «ipv4»
X-Real-IP: «ipv4»
From: «email»
Referer: «url»

| host | mac | owner |
|---|---|---|
| srv-«n» | «mac» | «email» |
| srv-«n» | «mac» | «email» |
""")
_PLAIN = lines("""\
«date» «time»,«ms» INFO [worker-«n»] processed «big» events in «n».«ms» s (batch «uuid»)

level=debug msg="cache miss" key=v1:item:«big» size=«big» took=0.«ms»

npm WARN deprecated glob@«version»: versions prior to v9 are no longer supported

[«date»T«time»Z] build «commit» finished: «n» passed, «small» skipped, 0 failed, digest «sha256»

kernel: [ «big».«ms»«ms»] usb 1-1.«small»: new high-speed USB device number «n» using xhci_hcd

GC pause (G1 Evacuation Pause) «big»K->«big»K(«big»«n»K) 0.0«ms»«ms» secs,
+ listening on 127.0.0.1:8080
""")
_KINDS = {
    "syslog": _SYSLOG,
    "json": _JSON,
    "access": _ACCESS,
    "key-value": _KEYS,
    "trace": _TRACES,
    "sql": _SQL,
    "table": _TABLES,
}

_PLACES = {
    **PLACES,
    "emailq": ("EMAIL", lambda random: PLACES["email"][1](random).replace("@", "%40")),
    "phonee": ("PHONE", lambda random: "+" + _e164(random)),
    "sqlname": ("PERSON", lambda random: PLACES["name"][1](random).replace("'", "''")),
}


def _e164(random: Random) -> str:
    code = random.choice(("1415", "4479", "4917", "3361", "9198", "5511", "3931", "3162"))
    return code + "".join(random.choices("0123456789", k=11 - len(code) + (code[0] != "1")))


def rows(count: int = 800) -> Iterator[Row]:
    random = Random("logs")
    kinds = tuple(_KINDS)
    for number in range(count):
        draft = Draft()
        kind = kinds[number % len(kinds)]
        picks = random.choices(_KINDS[kind], k=random.randint(1, 2))
        picks += random.choices(_PLAIN, k=random.randint(0, 2))
        random.shuffle(picks)
        for index, template in enumerate(picks):
            if index:
                draft.add("\n")
            draft.fill(template, _PLACES, random)
        yield draft.row(f"logs-{number:04}", kind=kind)
