"""Articles and definitions for tests, written for this project."""

from __future__ import annotations

import json

TROOPS = """\
- track: N Kenyan soldiers deployed to Haiti
  id: deployed
  same as: {soldiers: [troops, personnel]}
- track: N Kenyan soldiers killed in Haiti
  id: killed
  same as: {soldiers: [troops]}
"""
QUICK = "interval: 0\nrescan: 1\n"  # every change is told at once; the tests do not wait a minute

FIRST = (
    "Mar 3, 2025, 9:00 AM\n\nKenya's men leave for the island\n\n"
    "About 11,000 Kenyan soldiers have been deployed to Haiti, the General Staff said.\n"
)
MORE = json.dumps(
    {
        "title": "Another wave for Haiti",
        "outlet": "Morning Star",
        "published": "2025-03-27",
        "text": "Kenya sent about 3,000 additional soldiers to Haiti in February, the General Staff said on "
        "Thursday. "
        "They come on top of about 11,000 Kenyan soldiers deployed to Haiti before.",
    }
)
AGAIN = (
    "Mar 28, 2025, 7:00 AM\n\nReinforcements by rail\n\n"
    "The General Staff says that Kenya has deployed about 3,000 additional soldiers to Haiti. "
    "They add to about 11,000 Kenyan soldiers deployed to Haiti earlier, the General Staff said.\n"
)
KILLED = (
    "Apr 2, 2025, 7:00 AM\n\nFirst losses\n\n"
    "About 300 Kenyan soldiers have been killed in Haiti, the General Staff said on Wednesday.\n"
)
SUDAN = (
    "May 5, 2025, 8:00 AM\n\nFlight from the capital\n\n"
    "More than 120,000 people have been displaced in Sudan since April, the UN refugee agency said on Monday.\n"
)
FIRES = (
    "Jan 12, 2025, 8:00 AM\n\nA county in ashes\n\n"
    "At least 9,500 structures have been destroyed in the Los Angeles fires, officials said on Sunday.\n"
)
NO_NUMBERS = "May 6, 2025, 8:00 AM\n\nA quiet day\n\nNothing was counted today, officials said.\n"
