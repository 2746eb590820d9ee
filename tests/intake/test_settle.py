"""When a file rests, by made-up times."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tallywire.inbox import Found
from tallywire.settle import FOUND, HINTED, OLD, REMOTE, STUCK, Settling

NOW_NS = 1_800_000_000 * 10**9


def found(size: int = 10, *, age: float = 0.0, inode: int = 1, path: str = "a.txt") -> Found:
    changed = NOW_NS - int(age * 1e9)
    return Found(path, size, changed, ctime_ns=changed, inode=inode)


def test_a_file_that_was_closed_rests_after_a_moment() -> None:
    settling = Settling()
    assert settling.see(found(), 0.0, NOW_NS, hinted=True) == "settling"
    assert settling.due(HINTED / 2) == [] and settling.due(HINTED) == ["a.txt"]
    assert settling.see(found(), HINTED, NOW_NS) == "rests"
    assert settling.due(100) == []  # it is with the intake now


def test_a_file_that_only_a_scan_found_rests_later() -> None:
    settling = Settling()
    settling.see(found(), 0.0, NOW_NS)
    assert settling.see(found(), HINTED, NOW_NS) == "settling"
    assert settling.see(found(), FOUND, NOW_NS) == "rests"


def test_a_file_untouched_for_long_rests_at_once_and_is_not_remembered() -> None:
    settling = Settling()
    assert settling.see(found(age=OLD + 1), 0.0, NOW_NS) == "rests"
    assert settling.pending == {}
    assert settling.see(found(age=-3600), 0.0, NOW_NS) == "settling"  # a time in the future says nothing


def test_the_change_time_counts_where_the_time_was_set_back() -> None:
    old = Found("a.txt", 10, 0, ctime_ns=NOW_NS, inode=1)
    assert Settling().see(old, 0.0, NOW_NS) == "settling"


def test_each_change_starts_over_whatever_changes() -> None:
    for other in (found(11), found(age=1), found(inode=2)):
        settling = Settling()
        settling.see(found(), 0.0, NOW_NS, hinted=True)
        assert settling.see(other, HINTED, NOW_NS) == "settling"
        assert settling.see(other, HINTED * 1.5, NOW_NS) == "settling"
        assert settling.see(other, HINTED * 2, NOW_NS) == "rests"


def test_where_changes_are_seen_late_files_rest_for_longer() -> None:
    settling = Settling(is_remote=True)
    settling.see(found(), 0.0, NOW_NS, hinted=True)
    assert settling.see(found(), FOUND, NOW_NS) == "settling"
    assert settling.see(found(), REMOTE, NOW_NS) == "rests"


def test_a_file_that_changes_for_ever_is_stuck_until_it_rests() -> None:
    settling, state, now = Settling(), "settling", 0.0
    while now < STUCK:
        assert state == "settling"
        state = settling.see(found(int(now)), now, NOW_NS, hinted=True)
        now += 7
    assert settling.see(found(-1), now, NOW_NS) == "stuck"
    assert settling.long_ones(now) == {"a.txt": ("stuck", "it is still changing")}
    assert settling.see(found(-1), now + FOUND, NOW_NS) == "rests"
    settling.taken("a.txt")
    assert settling.long_ones(now + 9) == {}


def test_a_file_held_open_says_so() -> None:
    settling = Settling()
    settling.see(found(), 0.0, NOW_NS, hinted=True)
    assert settling.see(found(), 1.0, NOW_NS) == "rests"
    settling.restless("a.txt", 1.0, "a program holds it open for writing")
    assert settling.see(found(), 1.0 + HINTED, NOW_NS) == "settling"
    assert settling.see(found(), 1.0 + FOUND, NOW_NS) == "rests"
    assert settling.long_ones(9.0) == {"a.txt": ("settling", "a program holds it open for writing")}


def test_a_file_that_rests_and_waits_behind_others_is_not_settling() -> None:
    settling = Settling()
    settling.see(found(), 0.0, NOW_NS)
    settling.see(found(path="b.txt"), 0.0, NOW_NS)
    assert settling.see(found(), FOUND, NOW_NS) == "rests"
    assert list(settling.long_ones(60.0)) == ["b.txt"]


def test_what_was_taken_back_is_forgotten() -> None:
    settling = Settling()
    settling.see(found(), 0.0, NOW_NS)
    settling.see(found(path="b.txt"), 0.0, NOW_NS)
    settling.keep_only({"b.txt"})
    assert list(settling.pending) == ["b.txt"] and settling.next_look(0.0) == FOUND
    settling.taken("b.txt")
    assert settling.next_look(0.0) == float("inf")


@given(st.lists(st.tuples(st.floats(0.01, 2), st.integers(0, 2), st.booleans()), max_size=30))
def test_nothing_rests_before_its_time_since_the_last_change(steps: list[tuple[float, int, bool]]) -> None:
    settling, now, changed_at, size = Settling(), 0.0, 0.0, -1
    for wait, new_size, hinted in steps:
        now += wait
        if new_size != size:
            size, changed_at = new_size, now
        state = settling.see(found(size), now, NOW_NS, hinted=hinted)
        assert state == "settling" or now - changed_at >= HINTED
