"""The index and its ranking against plain Python: BM25 over weighted fields from the definition alone."""

from __future__ import annotations

import csv
import math
import random
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.lake import VARIABLES, Lake, day, query
from transforms.project import PROJECT, run
from warehouse.query import connect

SAID = """
    Transformers transformer grid GRIDS chips chip Việt Nam's the of and buses bus gas companies company shoes class AI ＡＩ 50
    Ａi 越南 变压器 變壓器 铜价上涨 越南工厂 厂 铜 ﾒﾓﾘ メモリ café Café q3 — ' " % 2026-11 éé pies eaves toes aies a1s xs
"""
VOCABULARY = SAID.split()
BOOST = {"title": 4, "lead": 2, "body": 1}
NO_BLANKS = "\u2e80-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufad9\uff66-\uff6f\uff71-\uff9d"
ARTICLES = 60


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FOLD = {row["character"]: row["folded"] for row in seed("search_fold")}
STOP = {row["word"] for row in seed("search_stop_word")}


def words(text: str) -> list[str]:
    """Words in lower case without accents, runs of Chinese and Japanese apart from the rest; none of them folded."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    found = []
    for piece in re.findall(f"[{NO_BLANKS}]+|[^{NO_BLANKS}]+", bare):
        if re.match(f"[{NO_BLANKS}]", piece):
            found.append(piece)
        else:
            found += re.findall(r"[^\W_]+", piece)
    return found


def folded(word: str) -> str:
    return "".join(FOLD.get(c, c) for c in word)


def singular(word: str) -> str:
    if not re.fullmatch("[a-z]{4,}", word):
        return word
    for ending, but, cut, put in (
        ("ies", ("eies", "aies"), 3, "y"),
        ("es", ("aes", "ees", "oes"), 1, ""),
        ("s", ("us", "ss"), 1, ""),
    ):
        if word.endswith(ending) and not word.endswith(but):
            return word[:-cut] + put
    return word


def tokens(word: str) -> list[str]:
    """What a word is looked up by: pairs of characters, else its singular; nothing of a word that says nothing."""
    plain = folded(word)
    if re.fullmatch(f"[{NO_BLANKS}]{{2,}}", word):
        return [plain[at : at + 2] for at in range(len(plain) - 1)]
    return [] if plain in STOP else [singular(plain)]


class Index:
    def __init__(self, articles: dict[str, dict[str, str]]) -> None:
        self.lengths = {f: {k: len(words(a[f])) for k, a in articles.items() if f in a} for f in BOOST}
        self.counts = {
            f: {k: Counter(t for w in words(a[f]) for t in tokens(w)) for k, a in articles.items() if f in a} for f in BOOST
        }  # fmt: skip
        self.articles = articles

    def weight(self, token: str, key: str) -> float:
        total = 0.0
        for name, boost in BOOST.items():
            held = self.lengths[name]
            if key in held and self.counts[name][key][token]:
                share = held[key] / (sum(held.values()) / len(held))
                total += boost * self.counts[name][key][token] / (0.25 + 0.75 * share)
        return round(total, 3)

    def rows(self) -> dict[tuple[str, str], float]:
        found = {(t, k) for field in self.counts.values() for k, held in field.items() for t in held}
        return {(token, key): self.weight(token, key) for token, key in found}

    def search(self, question: str) -> dict[str, tuple[float, int]]:
        """(score, words found) of every article found."""
        rows = self.rows()
        asked = {singular(folded(word)): tokens(word) for word in words(question) if tokens(word)}
        scores: dict[str, list[float]] = {}
        for needed in asked.values():
            for key in self.articles:
                if all((token, key) in rows for token in needed):
                    score = sum(self._score(rows, token, key) for token in set(needed))
                    scores.setdefault(key, []).append(score)
        return {key: (sum(each) * len(each) / len(asked), len(each)) for key, each in scores.items()}

    def _score(self, rows: dict[tuple[str, str], float], token: str, key: str) -> float:
        held = sum(one == token for one, _ in rows)
        idf = math.log(1 + (len(self.articles) - held + 0.5) / (held + 0.5))
        return idf * rows[token, key] / (1.2 + rows[token, key])


def drawn_articles() -> dict[str, dict[str, str]]:
    drawn = random.Random(7)
    made = {}
    for number in range(ARTICLES):
        lengths = {"title": 6, "lead": drawn.choice([0, 12]), "body": drawn.choice([0, 30, 90])}
        texts = {f: " ".join(drawn.choices(VOCABULARY, k=n)) for f, n in lengths.items() if n}
        made[f"https://wire.example/{number}"] = texts
    made["https://wire.example/0"]["body"] = "filler " * 700 + "switchgear"
    return made


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, Path]:
    lake, folder, made = Lake(), tmp_path_factory.mktemp("ranked"), drawn_articles()
    for number, (key, said) in enumerate(made.items()):
        page = lake.document(f"p{number}", day(number), "news", scope='{"kind": "page", "feed": "wire"}')
        given = {"feed": "wire", "url": key, "url_key": key, "title": said["title"], "lead": said.get("lead")}
        lake.add(
            "article_text", page, [given | {"body": said.get("body", ""), "body_sha256": f"{number:064}"}]
        )
        said["body"] = said.get("body", "")[:4000]
    rights = {"publisher": "Wire", "licence": "CC0", "text_use": "full", "listed": True}
    lake.rows["rights"] = [{"subject_kind": "feed", "subject": "wire", **rights}]
    database = lake.write(folder)
    run(database, folder / "dbt", VARIABLES, select="+search_index", checks=False)
    return Index(made), database


def test_every_word_of_every_article_and_its_weight(release: tuple[Index, Path]) -> None:
    index, database = release
    rows = query(
        database,
        "select token, url_key, weight from staging.search_index inner join staging.search_article using (article_number)",
    )
    found = {(row["token"], row["url_key"]): float(row["weight"]) for row in rows}
    made = index.rows()
    assert found.keys() == made.keys()
    assert found == pytest.approx(made, abs=0.0011)


QUESTIONS = (
    "transformers Vietnam", "TRANSFORMER grid", "ＡＩ chips", "ai", "變壓器 越南", "变压器", "越南工厂 铜价", "メモリ café", "ﾒﾓﾘ",
    "the buses of companies", "gas class shoes toes", "50 q3", "Việt nam", "filler switchgear", "pie eave", "2026 11 xs a1s aies",
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_found_and_how_it_ranks(release: tuple[Index, Path], question: str) -> None:
    index, database = release
    with connect(database) as connection:
        sql = "select url_key, score, words_found from marts.search(?)"
        found: dict[str, Any] = {
            k: (score, n) for k, score, n in connection.execute(sql, [question]).fetchall()
        }
    made = index.search(question)
    assert found.keys() == made.keys()
    assert {key: n for key, (_, n) in found.items()} == {key: n for key, (_, n) in made.items()}
    scores = {key: score for key, (score, _) in made.items()}
    assert {key: score for key, (score, _) in found.items()} == pytest.approx(scores, rel=0.002)
    assert made or question in ("filler switchgear",)
