from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transforms.text.clusters import Member, clusters
from transforms.text.pairs import WINDOW_US

DAY = WINDOW_US // 7
NAMES = "abcdefgh"
SEEN = st.fixed_dictionaries({name: st.integers(0, 14).map(lambda n: n * DAY) for name in NAMES})
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=14)


def ids(found: list[Member]) -> dict[str, str]:
    return {member.url_key: member.group_id for member in found}


def test_copies_are_one_cluster_named_after_the_first() -> None:
    found = clusters({"a": 2 * DAY, "b": 1 * DAY, "c": 3 * DAY}, [("a", "c"), ("a", "b")])
    assert found == [Member("a", "b", False), Member("b", "b", False), Member("c", "b", False)]


def test_a_bridge_makes_the_later_cluster_an_alias() -> None:
    seen = {"a": 0, "b": DAY, "c": 2 * DAY, "d": 3 * DAY, "e": 4 * DAY}
    found = clusters(seen, [("a", "b"), ("c", "d"), ("b", "e"), ("e", "c")])
    assert set(ids(found).values()) == {"a"}
    assert [member.url_key for member in found if member.was_id] == ["c"]


def test_an_article_alone_that_a_bridge_joins_is_an_alias_too() -> None:
    found = clusters({"a": 0, "b": DAY, "c": 2 * DAY}, [("a", "c"), ("b", "c")])
    assert [member for member in found if member.was_id] == [Member("b", "a", True)]


def test_a_cluster_spans_seven_days_and_no_more() -> None:
    assert ids(clusters({"a": 0, "b": 7 * DAY}, [("a", "b")])) == {"a": "a", "b": "a"}
    assert clusters({"a": 0, "b": 7 * DAY + 1}, [("a", "b")]) == []
    chain = clusters({"a": 0, "b": 6 * DAY, "c": 8 * DAY, "d": 9 * DAY}, [("a", "b"), ("b", "c"), ("c", "d")])
    assert ids(chain) == {"a": "a", "b": "a", "c": "c", "d": "c"}


def test_nothing_comes_of_nothing() -> None:
    assert clusters({}, []) == []
    assert clusters({"a": 0}, [("a", "a")]) == []


@given(SEEN, PAIRS, st.randoms())
def test_order_direction_and_repetition_make_no_difference(seen, pairs, drawn) -> None:
    other = [pair[::-1] if drawn.random() < 0.5 else pair for pair in pairs * 2]
    drawn.shuffle(other)
    names = list(seen)
    drawn.shuffle(names)
    assert clusters({name: seen[name] for name in names}, other) == clusters(seen, pairs)


@given(SEEN, PAIRS)
def test_members_lie_within_seven_days_of_the_first(seen, pairs) -> None:
    for member in clusters(seen, pairs):
        assert 0 <= seen[member.url_key] - seen[member.group_id] <= WINDOW_US
        assert member.was_id is False or member.url_key != member.group_id


@given(SEEN, PAIRS)
def test_an_id_that_stood_stays_or_is_an_alias(seen, pairs) -> None:
    """In order of first_seen, article by article: nobody's link breaks."""
    order = sorted(seen, key=lambda name: (seen[name], name))
    last, here = {}, set()
    for name in order:
        before = {other: last.get(other, other) for other in here}
        here.add(name)
        found = clusters(seen, [pair for pair in pairs if here.issuperset(pair)])
        last, aliases = ids(found), {member.url_key for member in found if member.was_id}
        for other, old in before.items():
            now = last.get(other, other)
            assert now == old or (old in aliases and last[old] == now)
