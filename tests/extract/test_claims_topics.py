"""One sentence of configuration is enough: topics that nothing here was written for, in texts of our own."""

from __future__ import annotations

import re

from tallywire.core.definition import Definition
from tests.extract.claims_table import read, words

SUDAN = """Sudan's war has uprooted 12 million

More than 12.7 million people have been displaced in Sudan since the fighting began in April 2023, the International
Organization for Migration said on Tuesday.

About 400,000 people fled the Zamzam camp in a single week. Nearly 396,000 people have returned to their homes.

In South Sudan, two million people remain displaced by earlier conflicts, and 24.6 million Sudanese face hunger.
"""

FIRES = """Los Angeles counts the cost of the fires

The fires in Los Angeles have destroyed more than 12,000 structures, officials said on Sunday. At least 24 people have
died and 788 buildings are damaged. Some 130,000 residents were told to leave.

In 2018 the Camp Fire levelled 18,804 buildings in the north of California.
"""

QUAKE = """Myanmar quake toll passes 3,000

The death toll from the earthquake in Myanmar has risen to 3,085, the military government said on Thursday. Another
4,715 people were injured and 341 remain missing.

In neighbouring Thailand at least 22 people died. Rescuers from 17 countries pulled 653 survivors from the rubble.
"""

MEASLES = """Texas measles outbreak grows

The measles outbreak in Texas has grown to 505 cases, the state health department said on Tuesday. Gaines County
accounts for 328 of the cases, and 57 patients have been hospitalized.

New Mexico reported 56 infections, while nationwide 712 cases have been confirmed. Last week Texas had reported 481
cases.
"""

HOSTAGES = """Hamas frees three more hostages

Hamas released three Israeli hostages on Saturday in exchange for 369 Palestinian prisoners. So far 24 hostages have
been freed. Seventy-three hostages are still held in Gaza.
"""

LAYOFFS = """Intel to cut 15,000 jobs

Intel said on Thursday that it would cut more than 15,000 jobs. It employed 124,800 people last year.

Microsoft laid off 6,000 employees in May, and a further 9,000 workers will lose their jobs in July.
"""


def unwrapped(text: str) -> str:
    """The lines of a paragraph as one, as readers give them."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def claims(text: str, **tracks: str) -> dict[str, list[str]]:
    """The figures of each estimate."""
    found = read(unwrapped(text), *(Definition(id=name, track=track) for name, track in tracks.items())).claims
    return {name: sorted(words(c) for c in found if c.estimate == name) for name in tracks}


def test_people_displaced_in_sudan() -> None:
    assert claims(SUDAN, displaced="N people displaced in Sudan") == {
        "displaced": ["12000000", "12700000 over", "400000 about"]
    }


def test_structures_destroyed_in_los_angeles_fires() -> None:
    fires = Definition(id="x", track="N structures destroyed in Los Angeles fires", since="2025-01-07")
    assert [words(c) for c in read(unwrapped(FIRES), fires, published="2025-01-13").claims] == ["12000 over"]


def test_an_earthquake_with_a_neighbour() -> None:
    found = claims(
        QUAKE,
        dead="N people killed in Myanmar earthquake",
        hurt="N people injured in Myanmar earthquake",
        missing="N people missing in Myanmar earthquake",
    )
    assert found == {"dead": ["3085"], "hurt": ["4715"], "missing": ["341"]}


def test_measles_in_one_state() -> None:
    assert claims(MEASLES, cases="N measles cases in Texas") == {"cases": ["328 component", "481", "505"]}


def test_hostages_released_and_held() -> None:
    found = claims(
        HOSTAGES,
        freed="N hostages released from Gaza",
        held="N hostages held in Gaza",
        prisoners="N Palestinian prisoners released by Israel",
    )
    assert found == {"freed": ["24", "3 additional"], "held": ["73"], "prisoners": ["369"]}


def test_job_cuts_at_two_companies() -> None:
    found = claims(LAYOFFS, intel="N jobs cut at Intel", microsoft="N employees laid off by Microsoft")
    assert found["intel"] == ["15000 over planned"]
    assert [f.split()[0] for f in found["microsoft"]] == ["6000", "9000"]
