"""The feeds of the news: which a site has, and how those of the list are."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from cli.envelope import AsJson, BadArgument, Reply, add_command, reply
from cli.newssearch import search
from cli.terminal import plain
from contracts.clock import now
from contracts.errors import ChokepointError, SourceError
from contracts.text import printable

COLUMNS = ("feed", "state", "since", "newest", "due", "errors", "reason")
REASON_CHARACTERS = 100
Keys = Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="Keys of feeds; all by default.")]


class NothingFound(SourceError):
    """A site without a feed that could be read."""


class Unwell(ChokepointError):
    """A feed that brings nothing now."""

    exit_code = 4


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    news = typer.Typer(help="The feeds of the news.", no_args_is_help=True)
    for command in (discover, check, search):
        add_command(news, command)
    app.add_typer(news, name="news")


def discover(
    url: Annotated[str, typer.Argument(metavar="URL", help="A page of the site.")], as_json: AsJson = False
) -> None:
    """Find the feeds and news sitemaps of a site; prints blocks for the list of feeds, headline and link only.

    For example:
      chokepoint news discover https://www.example.com/news >> my_feeds.toml
    """
    with reply("news discover", as_json) as answer:
        from extractors.news import discover as finding
        from extractors.news.feed_text import feed_blocks
        from extractors.news.feeds import load_list
        from extractors.news.urls import is_web_url
        from extractors.web.session import Web

        page = url if "://" in url else f"https://{url}/"
        if not is_web_url(page):
            raise BadArgument(f"{url!r} is no http(s) address")
        with Web.from_env(os.environ) as web:
            found = finding.discover(
                web, page, lambda at, said: answer.note(f"{at}: {said.removeprefix(f'{at}: ')}")
            )
        lists = load_list()
        made = feed_blocks(found, {*lists.feeds, *lists.left_out, *lists.off})
        answer.data = [
            {
                "key": key,
                "url": one.url,
                "format": one.reading.format,
                "channel_title": one.reading.channel_title,
                "items": len(one.reading.items),
                "newest_item_at": plain(one.reading.newest_at),
                "toml": text,
            }
            for key, one, text in made
        ]
        for _, _, text in made:
            for line in text.split("\n"):
                answer.say(line)
        if not made:
            raise NothingFound(f"{page}: no feed and no news sitemap found")


def check(
    feeds: Keys = None,
    online: Annotated[bool, typer.Option("--online", help="Ask every feed now; nothing is kept.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the state of every feed of the list, since when and why; exit 4 when one is not ok, or not asked for three days.

    For example:
      chokepoint news check
      chokepoint news check --online harbour_wire
    """
    with reply("news check", as_json) as answer:
        from extractors.news.feeds import chosen_feeds, load_feeds

        chosen = chosen_feeds(load_feeds(), feeds or None)
        answer.data = _asked(answer, [f.key for f in chosen]) if online else _known(answer, chosen)
        answer.table(COLUMNS, [_cells(row) for row in answer.data])
        unwell = [
            f"{row['feed']} ({row['state']})" for row in answer.data if row["state"] not in ("ok", None)
        ]
        for row in answer.data:
            if row.get("alert"):
                answer.warn(
                    f"{row['feed']} has failed for long (weight {row['weighted_errors']:g}): look at it"
                )
        if unwell:
            raise Unwell(f"not ok: {', '.join(unwell)}")


def _known(answer: Reply, chosen: list[Any]) -> list[dict[str, Any]]:
    from extractors.news.source import plan_for
    from warehouse.feedstate import feed_states
    from warehouse.polling import ALERT_WEIGHT
    from warehouse.state import SourceState

    home, at = answer.home(), now()
    limits = {feed.key: feed.stale_after for feed in chosen}
    states = feed_states(home, "news", limits, {feed.key: feed.url for feed in chosen})
    polls = SourceState(home, "news")
    rows = []
    for feed, request in zip(chosen, plan_for({feed.key: feed for feed in chosen}), strict=True):
        seen, poll = states.get(feed.key), polls.polls.get(request.url)
        row = _row(feed.key, **(vars(seen.judged(at)) if seen else {}))
        row["next_due_at"], row["weighted_errors"] = (
            plain(polls.due_at(request)),
            poll.errors if poll else 0.0,
        )
        rows.append(row | {"alert": bool(poll and poll.errors >= ALERT_WEIGHT)})
    return rows


def _asked(answer: Reply, keys: list[str]) -> list[dict[str, Any]]:
    from extractors.news.feeds import load_feeds
    from extractors.news.look import look
    from extractors.news.source import plan_for
    from extractors.web.session import Web

    rows = []
    with Web.from_env(os.environ) as web:
        for key, request in zip(keys, plan_for(load_feeds(), keys), strict=True):
            answer.note(f"asking {key}")
            rows.append(_row(key, **vars(look(web, request))))
    return rows


def _row(key: str, **seen: Any) -> dict[str, Any]:
    names = ("state", "since", "reason", "checked_at", "newest_item_at", "channel_title", "items")
    return {"feed": key} | {name: plain(seen.get(name)) for name in names}


def _cells(row: dict[str, Any]) -> list[str]:
    times = [
        (row.get(name) or "-")[:16].replace("T", " ") for name in ("since", "newest_item_at", "next_due_at")
    ]
    errors = f"{row['weighted_errors']:g}" if "weighted_errors" in row else "-"
    reason = printable(row["reason"] or "", REASON_CHARACTERS)
    return [row["feed"], row["state"] or "never asked", *times, errors, reason]
