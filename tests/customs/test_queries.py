from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from contracts.document import Window
from contracts.errors import EnvironmentFault
from extractors.customs import months, queries, us_census_api
from extractors.customs.census_request import asked_in, from_scope, url

API = """
[[us_census_api]]
key = "x"
flow = "import"
level = "HS6"
requests = [["84*"], ["850760", "850423"]]
bases = ["GEN_VAL", "CON_VAL"]
duty = true
spans = ["M", "YTD"]
times = ["2024-12", "2025-01..2025-07"]
partners = ["-", "5700"]
"""


def loaded(tmp_path: Path, text: str) -> queries.Queries:
    path = tmp_path / "queries.toml"
    path.write_text(text, "utf-8")
    return queries.load(path)


def test_the_default_file_is_sound_and_covers_every_kept_code() -> None:
    from extractors.customs.kept import kept_codes

    found = queries.load(queries.DEFAULT)
    assert found.port is not None
    for query in found.api:
        asked = {code.removesuffix("*") for request in query.requests for code in request}
        assert asked == set(kept_codes())


def test_another_file_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[us_census_port]\nflows = ["import"]\nmonths = ["2025-06"]\n')
    monkeypatch.setenv("CHOKEPOINT_QUERIES", str(path))
    found = queries.load()
    assert found.port is not None
    assert found.port.months == (date(2025, 6, 1),)
    assert list(us_census_api.plan(Window())) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("flow =", "flows ="), "flow is missing"),
        (('"HS6"', '"HS5"'), "level holds 'HS5', which is not one of HS2, HS4, HS6, HS10"),
        (('"850760"', '"85076"'), "requests holds '85076'"),
        (('["84*"]', "[]"), "requests must be a list"),
        (('"850760", "850423"', '"850760", "850760"'), "none twice"),
        (('"GEN_VAL", "CON_VAL"', '"GEN_VAL"'), "duty goes with the basis CON_VAL only"),
        (('"CON_VAL"', '"TOT_EXP"'), "bases holds 'TOT_EXP'"),
        (("duty = true", 'duty = "yes"'), "duty must be true or false"),
        (("duty = true", "quantities = true"), "quantities exist at level HS10 only"),
        (("duty = true", "years = 0"), "years must be a whole number from 1 to 30"),
        (('"2024-12"', '"2024-13"'), "times holds '2024-13'"),
        (("2025-01..2025-07", "2025-07..2025-01"), "times ends before it begins"),
        (('"5700"', '"57"'), "partners is wrong"),
        (("duty = true", "dutty = true"), "dutty is not a known key"),
        (("duty = true", "duty = "), "cannot be read as TOML"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(EnvironmentFault, match=r"queries\.toml") as fault:
        loaded(tmp_path, API.replace(*change, 1))
    assert said in str(fault.value)


def test_tables_of_another_name_and_a_missing_file_are_mistakes(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="comtrade is not a known key"):
        loaded(tmp_path, "[comtrade]\n")
    with pytest.raises(EnvironmentFault, match="array of tables"):
        loaded(tmp_path, "[us_census_api]\n")
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        queries.load(tmp_path / "none.toml")


def test_a_request_reads_back_as_what_was_asked(tmp_path: Path) -> None:
    (query,) = loaded(tmp_path, API).api
    assert query.times is not None
    asked = asked_in(url(query, query.requests[1], query.times[1]))
    assert asked is not None
    assert (asked.codes, asked.partners) == (("850760", "850423"), ("-", "5700"))
    assert (asked.bases, asked.spans) == (("GEN_VAL", "CON_VAL"), ("M", "YTD"))
    assert (asked.first, asked.last) == (date(2025, 1, 1), date(2025, 7, 1))
    assert asked.columns[2:] == (
        *("GEN_VAL_MO", "CON_VAL_MO", "CAL_DUT_MO"),
        *("GEN_VAL_YR", "CON_VAL_YR", "CAL_DUT_YR"),
    )
    assert from_scope(asked.scope()) == asked


def test_requests_are_made_as_documented(tmp_path: Path) -> None:
    (query,) = loaded(tmp_path, API).api
    assert query.times is not None
    assert url(query, query.requests[0], query.times[0]) == (
        "https://api.census.gov/data/timeseries/intltrade/imports/hs"
        "?get=CTY_CODE,CTY_NAME,GEN_VAL_MO,CON_VAL_MO,CAL_DUT_MO,GEN_VAL_YR,CON_VAL_YR,CAL_DUT_YR"
        "&I_COMMODITY=84*&COMM_LVL=HS6&CTY_CODE=-&CTY_CODE=5700&time=2024-12"
    )


def test_domestic_exports_ask_for_df_and_ten_digits_for_units(tmp_path: Path) -> None:
    text = """
    [[us_census_api]]
    key = "x"
    flow = "export"
    level = "HS10"
    requests = [["85*"]]
    bases = ["TOT_EXP", "DOM_EXP"]
    quantities = true
    spans = ["M"]
    times = ["2025-06"]
    """
    (query,) = loaded(tmp_path, text).api
    asked = asked_in(url(query, ("85*",), (date(2025, 6, 1), date(2025, 6, 1))))
    assert asked is not None
    assert asked.columns[2:] == ("ALL_VAL_MO", "QTY_1_MO", "QTY_2_MO", "DF", "UNIT_QY1", "UNIT_QY2")
    assert asked.bases == ("TOT_EXP", "DOM_EXP", "RE_EXP")


def test_plan_cuts_a_window_by_years_and_keeps_the_key_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHOKEPOINT_QUERIES", raising=False)
    fetches = list(us_census_api.plan(Window(date(2023, 11, 1), date(2025, 2, 28))))
    first = [(f.scope["from"], f.scope["to"]) for f in fetches[:3]]
    assert first == [("2023-11", "2023-12"), ("2024-01", "2024-12"), ("2025-01", "2025-02")]
    assert {tuple(f.secrets.items()) for f in fetches} == {(("key", "CENSUS_API_KEY"),)}
    assert not any("key=" in f.url for f in fetches)


def test_habit_is_whole_years_so_that_a_new_month_has_the_same_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CHOKEPOINT_QUERIES", raising=False)
    planned = []
    for day in (datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)):
        monkeypatch.setattr(us_census_api, "now", lambda day=day: day)
        planned.append([f.url for f in us_census_api.plan(Window())])
    assert planned[0] == planned[1]


def test_months() -> None:
    assert months.newest_expected(date(2026, 11, 4), 35) == date(2026, 8, 1)
    assert months.newest_expected(date(2026, 11, 5), 35) == date(2026, 9, 1)
    assert months.shift(date(2026, 1, 31), -1) == date(2025, 12, 1)
    assert months.span(date(2025, 2, 1), date(2025, 1, 1)) == []
    with pytest.raises(ValueError, match="not a month"):
        months.month("2026-7")
