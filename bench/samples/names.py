"""Names of people in sentences, and what is written like a name and is none."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bench.samples.draft import Draft, Row, fixed, prose
from bench.samples.values import MAKERS

_WITH = prose("""\
«person» will lead the review on «day».

I spoke to «first» yesterday and she had not seen the draft.

Could you ask «first» or «first» whether the room is free?

«titled» rejected the proposal without comment.

The paper by «initials» and «initials» was cited «n» times.

«name»'s flight from «place» lands at noon.

Attendees: «name», «name», «name» and «first».

Dear «first», thank you for the flowers.

Kind regards,
«name»

Author: «last_first»; editor: «last_first».

«name», who joined «company» in «year», now works for «company».

According to «name» of «company», the «product» upgrade cost twice as much.

My neighbour «first» has a dog that barks whenever «titled» rings the bell.

my colleague «name» from the «place» office will send it

Thanks «first»! See you at the «phrase» meeting.

Was it «name» or «name» who won the tournament in «place»?

In the novel, «first» leaves «place» and never writes to «first» again.

Assigned to: «name»

"I can't come," said «name», "but «first» can."

The prize went to «upper» of «company».

@«first» can you check the «product» logs?

Hi «first»,

I am «name» and I would like to return an order.

He introduced his wife «first», his son «first» and his mother-in-law, «titled».

Interview with «name» (b. 19«n»), painter from «place».

«name» signed for «company»; «name» signed for the landlord.

The nurse, «name», noted that «titled» had slept well.

cc «name»; bcc «name»

«frau»«last» und «herr»«last» kommen am Montag.

El «senor»«last» llamó a «name» desde «place».

«madame»«last» a rencontré «name» à «place».
""")
_TRAPS = prose("""\
«company» and «company» announced a merger in «place».

We moved from «product» to «product» and never looked back.

The «phrase» is on page «n», right after the chapter on «place».

«place» was cold in March, but will be warm in May, said the brochure of «company».

Will the bill pass? Grace and patience are what the Hope Clinic asks for.

Mark the date, chase the rose, and frank the letter before Sunday.

The Jordan River, the Victoria Falls, Lake Como and Mount Whitney are all on the list.

Dijkstra's algorithm, the Turing test, Bayes' theorem and a Gaussian blur walk into a bar.

Press Ctrl, then open Task Manager; the «product» service should be green.

April and June have thirty days, August has not.

The Tesla stopped next to a Mercedes in front of the Tiffany shop on Madison Avenue.

Use Bootstrap, Jasmine, Ruby, Crystal and Julia; then Docker, Helm and Ansible.

Red Cross, Green Bay, Black Sea, White House, Brown University.

«phrase» and «phrase» were the topics of the week at «company».

Ask the Marketing Lead whether the Paris Agreement and the Lisbon Treaty are in scope.

The Python script calls Jenkins, Jenkins calls Gerrit, and Gerrit calls nobody.
""")

_PLACES = {
    **MAKERS,
    **{
        place: ("-", fixed(f"{title} "))
        for place, title in (
            ("frau", "Frau"), ("herr", "Herr"), ("senor", "señor"), ("madame", "Madame"),
        )
    },
}  # fmt: skip


def rows(count: int = 900) -> Iterator[Row]:
    random = Random("names")
    for number in range(count):
        draft = Draft()
        picks = [random.choice(_WITH), *random.choices(_WITH + _TRAPS * 2, k=random.randint(0, 2))]
        if number % 6 == 5:
            picks = random.sample(_TRAPS, k=2)
        random.shuffle(picks)
        for index, template in enumerate(picks):
            if index:
                draft.add(random.choice((" ", "\n")))
            draft.fill(template, _PLACES, random)
        yield draft.row(f"names-{number:04}")
