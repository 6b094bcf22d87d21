"""Exports, what stands on them, and the first round behind the direct share against their definitions in plain Python."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.transforms.agreed import agreed
from tests.transforms.drawn_inputs import draw_inputs, make_up_seeds
from tests.transforms.drawn_sides import draw_exports, draw_sides
from tests.transforms.models import Compiled, compiled
from tests.transforms.reckoned_advantage import ADVANTAGE, LISTED, Exports
from tests.transforms.reckoned_first_round import FIRST_ROUND, FirstRound, pairs_of
from tests.transforms.reckoned_marts import Marts
from tests.transforms.reckoned_sides import Sides
from tests.transforms.test_trade_recomputed import same, seeds_of

SEEDS = (1, 3, 4, 5)
EXPORT = (
    "reporter, partner, basket_id, basket_version, flow_basis, side, period, period_type, value_usd, growth, share, "
    "world_share, total_usd, total_growth, total_world_share, world_usd, world_reporters, denominator, n_obs, source"
)
GAP = (
    "reporter, partner_definition, basket_id, basket_version, import_basis, export_basis, period, period_type, lag_months, "
    "import_usd, export_usd, hong_kong_re_export_usd, gap, gap_low, gap_high, n_codes_both, n_obs"
)


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder = tmp_path_factory.mktemp("sides")
    marts = "+export +mirror_gap +revealed_advantage +export_listed +look_through"
    return compiled(folder, marts, world_reporters_floor=Sides.floor)


@pytest.fixture
def made_up(sides: Compiled, tmp_path: Path) -> Compiled:
    """With parts of the cost, which no release has."""
    database = Path(shutil.copy(sides.database, tmp_path))
    with duckdb.connect(str(database)) as connection:
        make_up_seeds(connection, seed=11)
    return replace(sides, database=database)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_are_what_the_definitions_say(sides: Compiled, seed: int) -> None:
    lake = draw_sides(seed)
    with sides.build(lake) as connection:
        ours = Sides(lake, seeds_of(connection))
        assert same(connection, EXPORT, "marts.export", ours.export()) > 0
        assert same(connection, GAP, "marts.mirror_gap", ours.mirror_gap()) > 0


def test_advantages_and_goods_of_a_list_are_what_the_definitions_say(sides: Compiled) -> None:
    told: Counter[str] = Counter()
    for seed in (2, 8):
        lake = draw_exports(seed)
        with sides.build(lake) as connection:
            ours = Exports(lake, seeds_of(connection))
            told += agreed(connection, *ADVANTAGE, ours.revealed_advantage())
            told += agreed(connection, *LISTED, ours.export_listed())
    assert min(told["rca"], told["rsca"], told["value_usd"]) > 20, told
    assert told["growth"] > 5, told


def test_the_first_round_is_what_its_definition_says(made_up: Compiled) -> None:
    told: Counter[str] = Counter()
    for seed in (2, 5, 8):
        lake = draw_inputs(seed)
        with made_up.build(lake) as connection:
            ours = FirstRound(Marts(lake, seeds_of(connection)), pairs_of(connection))
            told += agreed(connection, *FIRST_ROUND, ours.rows())
    assert min(told["direct_share"], told["input_share"], told["look_through_share"], told["note"]) > 50, told
