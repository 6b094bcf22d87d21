"""Baskets of commodity codes: which there are, what is in them, and how two lists differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.envelope import AsJson, Reply, add_command, reply

if TYPE_CHECKING:
    from transforms.baskets import Basket, Catalogue

Name = Annotated[
    str, typer.Argument(metavar="BASKET[@VERSION]", help="A basket; its current version by default.")
]
LISTED = ("id", "version", "current", "level", "codes", "source")


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    basket = typer.Typer(help="Baskets of commodity codes and their versions.", no_args_is_help=True)
    add_command(basket, list_all, "list")
    add_command(basket, show)
    add_command(basket, diff)
    app.add_typer(basket, name="basket")


def list_all(as_json: AsJson = False) -> None:
    """List every version of every basket: its level, how many codes it has, and where the list comes from.

    For example:
      chokepoint basket list
    """
    with reply("basket list", as_json) as answer:
        catalogue = _catalogue()
        answer.data = [_listed(catalogue, basket) for basket in catalogue.baskets]
        answer.table(LISTED, [[_cell(row[name]) for name in LISTED] for row in answer.data])


def show(basket: Name, as_json: AsJson = False) -> None:
    """Show one basket: its definition, hash and changelog, its codes, and where its goods could be declared instead.

    For example:
      chokepoint basket show dc_core
      chokepoint basket show waugh_high_v3@1.0.0 --json
    """
    with reply("basket show", as_json) as answer:
        catalogue = _catalogue()
        chosen = catalogue.find(basket)
        answer.data = {
            **_listed(catalogue, chosen),
            **{name: getattr(chosen, name) for name in ("hash", "title", "unit", "licence", "published_on")},
            "note": chosen.note or None,
            "changelog": [_change(version) for version in reversed(catalogue.versions(chosen.basket_id))],
            "members": [_member(catalogue, level, code) for level, code in chosen.members],
            "substitution_groups": _groups(catalogue, chosen),
        }
        _show(answer)


def diff(old: Name, new: Name, as_json: AsJson = False) -> None:
    """Show what the second list adds to the first, what it takes out, and how alike they are (Jaccard, 0 to 1).

    For example:
      chokepoint basket diff power_stack_narrow power_stack_broad

    Only lists of one level are compared: a ten-digit line is a part of a six-digit code, not its equal.
    """
    with reply("basket diff", as_json) as answer:
        from transforms.baskets import compare

        catalogue = _catalogue()
        first, second = catalogue.find(old), catalogue.find(new)
        found = compare(first, second)
        answer.data = {
            "old": first.name,
            "new": second.name,
            "level": first.level,
            "jaccard": found.jaccard,
            **{
                part: [_member(catalogue, first.level, code) for code in getattr(found, part)]
                for part in ("added", "removed", "common")
            },
        }
        _show_difference(answer)


def _catalogue() -> Catalogue:
    from transforms import baskets

    return baskets.load()


def _listed(catalogue: Catalogue, basket: Basket) -> dict[str, Any]:
    return {
        "id": basket.basket_id,
        "version": basket.version,
        "current": catalogue.is_current(basket),
        "level": basket.level,
        "codes": len(basket.members),
        "source": basket.origin,
    }


def _change(basket: Basket) -> dict[str, str]:
    return {"version": basket.version, "published_on": basket.published_on, "change": basket.changelog}


def _member(catalogue: Catalogue, level: str, code: str) -> dict[str, str | None]:
    return {"level": level, "code": code, "description": catalogue.descriptions.get((level, code))}


def _groups(catalogue: Catalogue, basket: Basket) -> list[dict[str, Any]]:
    """The substitution groups a basket has a part in; `in_basket` is yes, partly (only lines below the code) or no."""
    from transforms.baskets import touched

    groups: dict[str, dict[str, Any]] = {}
    for substitute, held in touched(catalogue, basket):
        group = groups.setdefault(
            substitute.group_id, {"group": substitute.group_id, "title": substitute.title, "codes": []}
        )
        fields = {name: getattr(substitute, name) for name in ("level", "code", "note", "source", "evidence")}
        group["codes"].append({**fields, "in_basket": held})
    return list(groups.values())


def _show(answer: Reply) -> None:
    data = answer.data
    current = "current" if data["current"] else "superseded"
    answer.say(f"{data['id']} {data['version']} ({current}): {data['title']}")
    answer.say(f"{data['codes']} {data['level']} codes, values in {data['unit']}")
    answer.say(f"source: {data['source']}")
    answer.say(f"licence: {data['licence']}")
    answer.say(f"hash: {data['hash']}")
    if data["note"]:
        answer.say(f"note: {data['note']}")
    for change in data["changelog"]:
        answer.say(f"{change['version']} of {change['published_on']}: {change['change']}")
    answer.say("")
    answer.table(("code", "description"), [_row(member) for member in data["members"]])
    for group in data["substitution_groups"]:
        answer.say("")
        answer.say(f"The same goods can be declared under other codes ({group['group']}): {group['title']}")
        columns = ("code", "in_basket", "evidence", "note")
        answer.table(columns, [[code[name] for name in columns] for code in group["codes"]])


def _show_difference(answer: Reply) -> None:
    data = answer.data
    counts = ", ".join(f"{len(data[part])} {part}" for part in ("added", "removed", "common"))
    answer.say(f"{data['old']} -> {data['new']}, {data['level']}: {counts}, Jaccard {data['jaccard']}")
    changed = [(mark, *_row(m)) for mark, part in (("+", "added"), ("-", "removed")) for m in data[part]]
    if changed:
        answer.table(("", "code", "description"), changed)


def _row(member: dict[str, str | None]) -> tuple[str | None, str]:
    return member["code"], member["description"] or "-"


def _cell(value: object) -> object:
    return value if not isinstance(value, bool) else "yes" if value else "no"
