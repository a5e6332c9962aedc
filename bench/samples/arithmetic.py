"""Word problems, sums, tables and measures: many numbers, and nothing that anybody should hide."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bench.samples.draft import Draft, Row, prose, written
from bench.samples.values import MAKERS

_TEMPLATES = prose("""\
A bakery sells «n» loaves a day at $«money» each. How much does it take in «n» days? «n» × «n» =
«big», so the answer is $«big».«small»0.

A train leaves at 08:15 and travels «n» km at «n» km/h; another leaves at 09:40. When do they meet?

«big» + «big» + «big» = «six», and «six» - «big» = «six».

Compute «six» ÷ «n» to four decimals: «big».«four».

The sides are «n».«small» cm, «n».«small» cm and «n».«small» cm, so the area is «big».«four» cm².

x = («n»±√(«n»² - 4·«small»·«n»))/(2·«small») = «small».«four» or -«small».«four»

Population grew from «comma» in «year» to «comma» in «year», that is «n».«small» %.

Step 1: «n»*«n»=«big». Step 2: «big»/«small»=«big».«four». Step 3: round to «big».

#### «big»

A school has «n» classes of «n» pupils. Each pupil needs «small» books at $«money». Total: «n» *
«n» * «small» = «big» books, $«comma».«n».

The sequence is «small», «n», «n», «big», «big», «six»; find the next two terms.

mean = («n» + «n» + «n» + «n») / 4 = «n».25, s² = «n».«four», n = «n», p = 0.0«n»

The distance is 1.496e8 km, light needs 499.«small» s; c = 299 792 458 m/s.

«comma» seconds are «big» minutes or «n».«small» hours.

π ≈ 3.14159265358979, e ≈ 2.71828182845905, √2 ≈ 1.41421356237310, φ ≈ 1.6180339887

She saves $«n» in week 1, $«n» in week 2, and so on. After «n» weeks: $«comma».

If 3/«small» of «six» are red and «n» % of the rest are blue, «big» are blue.

Binary 1011 0110 1101 0010 is 0xB6D2, that is «big»; 2^32 = 4294967296, 2^64 - 1 =
18446744073709551615.

The product «big» × «big» = «ten»; its digits sum to «n».

Row totals: «n» | «n» | «n» | «big»; column totals: «big» | «big» | «big».

Item 4-«n»-«small»: 12-«n»-7 and 100-200-300 make «n»-«big».

The recipe for «small» people takes 1 1/2 cups of flour, 3/4 cup of sugar and «n» g of butter.

10! = 3,628,800 and 20! = 2,432,902,008,176,640,000.

Between 1990-1995 sales rose from «comma» to «comma»; between 2000 - 2010 by «n» %.

Latitude 48.85«four», longitude 2.29«four», altitude «n» m; scale 1:25000.

A loan of $«comma» at «small».«n» % over «n» months costs $«money» a month; total interest
$«big».«n».

Score 3-2, 21-19, 11-9; odds 5/2; ratio «n»:«n»; «n»/«n»/«n».

(«six») («big») - («big») («n») = «six»

digits of 1/7: 0.142857 142857 142857 142857

Round «ten».«four» to the nearest thousand. 1 billion is 1 000 000 000.
""")
_PLACES = {
    **MAKERS,
    "six": (None, lambda random: str(random.randint(100_000, 9_999_999))),
    "ten": (None, lambda random: str(random.randint(10_000_000, 9_999_999_999))),
    "four": (None, lambda random: written("[0-9]{3,6}", random)),
    "comma": (None, lambda random: f"{random.randint(1000, 99_999_999):,}"),
}


def rows(count: int = 900) -> Iterator[Row]:
    random = Random("arithmetic")
    for number in range(count):
        draft = Draft()
        for index, template in enumerate(random.sample(_TEMPLATES, k=random.randint(2, 5))):
            if index:
                draft.add(random.choice((" ", "\n")))
            draft.fill(template, _PLACES, random)
        yield draft.row(f"arithmetic-{number:04}")
