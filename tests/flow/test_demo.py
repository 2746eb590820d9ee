"""`make demo` tells its story: the real daemon, the samples, the console."""

from __future__ import annotations

import re
import subprocess
import sys


def test_the_demo_tells_its_story() -> None:
    done = subprocess.run([sys.executable, "-m", "tallywire.demo"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    story = done.stdout.split("What Tallywire makes of it all")[0]
    steps = {step.partition(" ")[0]: re.findall(r"^\* (.*)$", step, re.M) for step in story.split("--> ")[1:]}
    told = [" | ".join(steps[name]) for name in sorted(steps)]
    assert "deployed to Russia: 12,000, first figure" in told[0]
    assert "3,000, first figure" in told[1] and "300, first figure" in told[1]
    assert "300 (300-1,000), sources contradict each other" in told[2]
    assert "12,000 → 14,000" in told[4] and "3,000 → 4,000" in told[4]
    assert told[5] == ""  # the same 3,000 from somebody else is no news
    assert "5,400 → 4,700, correction" in told[8]
    assert "25,000-30,000 more planned" in told[9]
    assert re.search(r"^dprk\.deployed .* 15,000 +25,000-30,000 additional", done.stdout, re.M)
    assert "the log is whole" in done.stdout
