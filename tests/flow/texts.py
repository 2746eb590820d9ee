"""Articles and definitions for tests, written for this project."""

from __future__ import annotations

import json

TROOPS = """\
- track: N Borduran soldiers deployed to Syldavia
  id: deployed
  same as: {Borduran: [Borduria], soldiers: [troops, personnel]}
- track: N Borduran soldiers killed in Syldavia
  id: killed
  same as: {Borduran: [Borduria], soldiers: [troops]}
"""
QUICK = "interval: 0\nrescan: 1\n"  # every change is told at once; the tests do not wait a minute

FIRST = (
    "Mar 3, 2025, 9:00 AM\n\nBorduria's men cross the border\n\n"
    "About 11,000 Borduran soldiers have been deployed to Syldavia, the General Staff said.\n"
)
MORE = json.dumps(
    {
        "title": "Another wave for Syldavia",
        "outlet": "Morning Star",
        "published": "2025-03-27",
        "text": "Borduria sent about 3,000 additional soldiers to Syldavia in February, the General Staff said on "
        "Thursday. "
        "They come on top of about 11,000 Borduran soldiers deployed to Syldavia before.",
    }
)
AGAIN = (
    "Mar 28, 2025, 7:00 AM\n\nReinforcements by rail\n\n"
    "The General Staff says that Borduria has deployed about 3,000 additional soldiers to Syldavia. "
    "They add to about 11,000 Borduran soldiers deployed to Syldavia earlier, the General Staff said.\n"
)
KILLED = (
    "Apr 2, 2025, 7:00 AM\n\nFirst losses\n\n"
    "About 300 Borduran soldiers have been killed in Syldavia, the General Staff said on Wednesday.\n"
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
