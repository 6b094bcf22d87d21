"""What the news models say of a lake, found again from its rows by plain Python and from the definitions alone.

Nothing here shares code with the models. Rows of a lake are those of `tests.transforms.lake.Lake`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.transforms.newsaddress import door, host, plain, site

Row = dict[str, Any]
COMPARED = (
    "title", "authors", "published_at", "modified_at", "summary", "lead", "body_sha256", "page_state",
    "canonical_url", "syndication_note", "enclosure_url",
)  # fmt: skip
KEPT = (
    "url", "language", "body", "body_partial", "outlet", "outlet_family", "published_source", "published_precision",
    "published_confidence", "modified_precision", "syndication_outlet", "enclosure_type",
)  # fmt: skip


@dataclass
class Version:
    url_key: str
    kind: str
    feed: str
    number: int
    known_from: datetime
    document_id: str
    said: Row
    known_to: datetime | None = None
    changed: str | None = None
    added: int | None = None
    removed: int | None = None


@dataclass
class Desk:
    """The rows of one lake, by dataset."""

    rows: Mapping[str, list[Row]]
    documents: dict[str, Row] = field(init=False)

    def __post_init__(self) -> None:
        self.documents = {d["document_id"]: d for d in self.rows["document"] if d["outcome"] == "parsed"}

    def readings(self) -> list[tuple[str, Row]]:
        """(kind, row) of every item and page that a document gave, in the order in which they became known."""
        found = [("feed", row) for row in self.rows["news_item"]] + [
            ("page", row) for row in self.rows["article_text"]
        ]
        there = [(kind, row) for kind, row in found if row["document_id"] in self.documents]
        return sorted(there, key=lambda pair: (*self.place(pair[1]["document_id"]), pair[1]["row_number"]))

    def place(self, document: str) -> tuple[datetime, datetime, str]:
        row = self.documents[document]
        return row["released_at"] or row["retrieved_at"], row["retrieved_at"], document

    def versions(self) -> list[Version]:
        streams: dict[tuple[str, str, str], list[Version]] = defaultdict(list)
        heard: set[tuple[str, ...]] = set()
        for kind, row in self.readings():
            stream = (row["url_key"], kind, row["feed"])
            if (row["document_id"], *stream) in heard:
                continue
            heard.add((row["document_id"], *stream))
            self._put(streams[stream], stream, row)
        return [version for stream in streams.values() for version in stream]

    def _put(self, known: list[Version], stream: tuple[str, str, str], row: Row) -> None:
        said, at = _said(stream[1], row), self.place(row["document_id"])[0]
        new = Version(*stream, len(known) + 1, at, row["document_id"], said)
        if known:
            changed = [name for name in COMPARED if known[-1].said[name] != said[name]]
            if not changed:
                return
            new.changed = "; ".join("body" if name == "body_sha256" else name for name in changed)
            if "body_sha256" in changed and None not in (known[-1].said["body"], said["body"]):
                new.added, new.removed = paragraphs(known[-1].said["body"], said["body"])
            known[-1].known_to = at
        known.append(new)

    def first_seen(self) -> dict[str, datetime]:
        seen: dict[str, datetime] = {}
        for _, row in self.readings():
            at = self.documents[row["document_id"]]["retrieved_at"]
            seen[row["url_key"]] = min(at, seen.get(row["url_key"], at))
        return seen

    def articles_of(self) -> dict[str, str]:
        """The article every address is of."""
        seen, place = self.first_seen(), self.addresses()
        groups: dict[str, list[str]] = defaultdict(list)
        for key in seen:
            groups[place[door(key)]].append(key)
        return {
            key: min(group, key=lambda one: (seen[one], one)) for group in groups.values() for key in group
        }

    def addresses(self) -> dict[str, str]:
        """Where every address leads, by what the newest page under it calls its own."""
        doors, titles, newest = {door(key) for key in self.first_seen()}, defaultdict(set), dict[str, Any]()
        for version in self.versions():
            at, title = door(version.url_key), plain(version.said["title"])
            titles[at] |= {title} if title else set()
            own = version.said["canonical_url"]
            if version.kind == "page" and own is not None:
                mark = (version.known_from, *_least(version.url_key, version.feed, version.document_id))
                newest[at] = max(
                    newest.get(at, (mark, own, title)), (mark, own, title), key=lambda one: one[0]
                )
        believed = {}
        for at, (_, own, title) in newest.items():
            to = door(re.sub(r"^(?i:https?)://", "https://", own.split("#")[0]))
            if to != at and host(to) == host(at) and to != f"https://{host(to)}" and title:
                believed[at] = (to, title)
        steps = {}
        for at, (to, title) in believed.items():
            if to in doors:
                steps |= {at: to} if titles[to] & titles[at] else {}
            else:
                steps[at] = min(one for one, said in believed.items() if said == (to, title))
        steps = {at: to for at, to in steps.items() if at != to and not (steps.get(to) == at and at < to)}
        return {at: steps.get(steps.get(at, at), steps.get(at, at)) for at in doors}

    def identity(self) -> dict[str, tuple[str, str]]:
        """Cluster and story of every address: those of the address its article was first seen at, by articles here."""
        seen, article = self.first_seen(), self.articles_of()
        cluster = {row["url_key"]: row["cluster_id"] for row in self.rows["article_cluster"]}
        story = {row["url_key"]: row["story_id"] for row in self.rows["article_story"]}
        keys = sorted(set(article.values()), key=lambda key: (seen[key], key))
        first: dict[tuple[str, str], str] = {}
        for key in keys:
            named = cluster.get(key, key)
            first.setdefault(("cluster", named), key)
            first.setdefault(("story", story.get(key, named)), key)
        found = {}
        for key in keys:
            named = cluster.get(key, key)
            found[key] = first["cluster", named], first["story", story.get(key, named)]
        return {key: found[article[key]] for key in seen}

    def aliases(self) -> dict[str, str]:
        former = {
            row["url_key"]
            for name in ("article_cluster", "article_story")
            for row in self.rows[name]
            if row["was_id"]
        }
        return {key: story for key, (_, story) in self.identity().items() if key in former and key != story}

    def articles(self) -> dict[str, Row]:
        """marts.article by url_key."""
        article, seen, identity = self.articles_of(), self.first_seen(), self.identity()
        place, groups = self.addresses(), defaultdict(list)
        for version in self.versions():
            groups[article[version.url_key]].append(version)
        named = [(kind, row) for kind, row in self.readings()]
        found = {}
        for key, group in groups.items():
            own = {one for one in seen if article[one] == key}
            rows = [row for _, row in named if row["url_key"] in own]
            row = _article(group, {one: place[door(one)] for one in own})
            feeds = sorted({one["feed"] for one in rows})
            cluster, story = identity[key]
            row |= {
                "feeds": "; ".join(feeds),
                "publisher": self._publishers(feeds),
                "addresses": len(own),
                "first_seen": min(seen[o] for o in own),
            }
            row |= {"cluster_id": cluster, "story_id": story, "is_copy": cluster != key}
            row["outlet"] = row["outlet"] or site(key)
            row["state"] = row.pop("page_state") or self._refusal(own)
            row["versions"] = max(version.number for version in group)
            found[key] = row
        return found

    def _publishers(self, feeds: Iterable[str]) -> str | None:
        """Of these feeds, as their newest descriptions say."""
        there = [row for row in self.rows["feed"] if row["document_id"] in self.documents]
        newest = {
            row["feed"]: row["publisher"]
            for row in sorted(there, key=lambda row: (*self.place(row["document_id"]), row["row_number"]))
        }
        return "; ".join(sorted({newest[feed] for feed in feeds if feed in newest})) or None

    def _refusal(self, own: set[str]) -> str:
        walls = [
            d
            for d in self.rows["document"]
            if d["outcome"] == "quarantined" and any(f'"url_key": "{key}"' in d["scope"] for key in own)
        ]
        if not walls:
            return "headline"
        last = max(walls, key=lambda d: (d["retrieved_at"], *_least(d["document_id"])))
        said = str(last["reason"]).split(":")[0]
        known = {"consent", "paywall", "listing", "error", "empty", "blocked"}
        return said if said in known else "unreadable"

    def stories(self) -> dict[str, Row]:
        """marts.story by story_id."""
        articles, groups = self.articles(), defaultdict(list)
        known = [row for row in self.rows["article_text"] if row["outlet_family"] is not None]
        families = {
            row["outlet"]: row["outlet_family"]
            for row in sorted(known, key=lambda row: str(row["outlet_family"]))
        }
        for key, row in articles.items():
            groups[row["story_id"]].append((row["first_seen"], key, row))
        found = {}
        for story, members in groups.items():
            told = [m["outlet_family"] or families.get(m["outlet"], m["outlet"]) for _, _, m in members]
            times, first = [at for at, _, _ in members], min(members)
            found[story] = {
                "title": first[2]["title"], "first_seen": min(times), "last_seen": max(times), "n_articles": len(members),
                "n_outlets": len(set(told)), "n_clusters": len({m["cluster_id"] for _, _, m in members}),
                "languages": "; ".join(sorted({m["language"] for _, _, m in members if m["language"]})) or None,
                "first_outlet": told[members.index(first)],
                "publishers": self._publishers(f for _, _, m in members for f in m["feeds"].split("; ")),
            }  # fmt: skip
        return found


def _said(kind: str, row: Row) -> Row:
    said = {name: row.get(name) for name in (*COMPARED, *KEPT)}
    if kind == "feed":
        dated = row["published_at"] is not None
        precision = "day" if str(row.get("published_source")).endswith("-day") else "second"
        said |= {"page_state": "headline", "published_confidence": "high" if dated else None}
        said |= {"published_precision": precision if dated else None}
        return said
    return said | {"page_state": said["page_state"] or "article", "summary": None}


def paragraphs(before: str, after: str) -> tuple[int, int]:
    """Characters of the paragraphs that came and that went."""
    old, new = Counter(before.split("\n")), Counter(after.split("\n"))
    came, went = (new - old).items(), (old - new).items()
    return sum(len(p) * n for p, n in came), sum(len(p) * n for p, n in went)


def _article(group: list[Version], place: dict[str, str]) -> Row:
    def order(kind: str) -> list[Version]:
        return sorted(
            group,
            key=lambda v: (
                v.kind != kind,
                v.url_key != place[v.url_key],
                *_newest(v.known_from),
                v.feed,
                v.document_id,
                v.url_key,
            ),
        )

    def best(versions: Iterable[Version], name: str) -> Any:
        return next((v.said[name] for v in versions if v.said[name] is not None), None)

    feeds, pages = order("feed"), order("page")
    row = {name: best(feeds, name) for name in ("title", "url", "language")}
    row |= {
        name: best(pages, name) for name in ("authors", "canonical_url", "modified_at", "syndication_note")
    }
    row |= {name: best(pages, name) for name in ("syndication_outlet", "enclosure_url", "outlet")}
    row["lead"] = next((x for v in pages if (x := v.said["lead"] or v.said["summary"]) is not None), None)
    row["outlet_family"] = next((v.said["outlet_family"] for v in pages if v.said["outlet"]), None)
    row["modified_precision"] = next(
        (v.said["modified_precision"] for v in pages if v.said["modified_at"]), None
    )
    kind = next((v.said["enclosure_type"] for v in pages if v.said["enclosure_url"]), None)
    row["enclosure_type"] = kind
    row["media_kind"] = next((name for name in ("audio", "video") if str(kind).startswith(f"{name}/")), None)
    row["page_state"] = pages[0].said["page_state"] if pages[0].kind == "page" else None
    row["body_partial"] = pages[0].said["body_partial"]
    row["has_text"] = any(v.said["body"] for v in group)
    dated = min(
        group, key=lambda v: (_date_rank(v), *_newest(v.known_from), v.feed, v.document_id, v.url_key)
    )
    names = ("published_at", "published_source", "published_precision", "published_confidence")
    return row | {name: dated.said[name] for name in names}


def _date_rank(version: Version) -> int:
    said = version.said
    if said["published_at"] is None:
        return 9
    if said["published_confidence"] == "low":
        return 3
    if str(said["published_source"]).startswith("feed-updated"):
        return 2
    return 0 if version.kind == "feed" else 1


def _newest(at: datetime) -> tuple[float]:
    return (-at.timestamp(),)


def _least(*texts: str) -> tuple[Any, ...]:
    """For `max`: of equals the least text counts."""
    return tuple((*(-ord(c) for c in text), 1) for text in texts)
