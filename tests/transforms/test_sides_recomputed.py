"""Exports and mirror gaps against a reading of their definitions in plain Python, over small lakes drawn at random."""

from __future__ import annotations

import pytest

from tests.transforms.drawn_sides import draw_sides
from tests.transforms.models import Compiled, compiled
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
    return compiled(folder, "+export +mirror_gap", world_reporters_floor=Sides.floor)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_are_what_the_definitions_say(sides: Compiled, seed: int) -> None:
    lake = draw_sides(seed)
    with sides.build(lake) as connection:
        ours = Sides(lake, seeds_of(connection))
        assert same(connection, EXPORT, "marts.export", ours.export()) > 0
        assert same(connection, GAP, "marts.mirror_gap", ours.mirror_gap()) > 0
