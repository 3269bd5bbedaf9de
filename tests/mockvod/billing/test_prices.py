"""The price list: what a row may hold, how it is found, and that nobody pays for loading it who does not ask."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from decimal import Decimal
from typing import Any, Literal

import pytest

from mockvod.billing.prices import EVERY_SIZE, Row, prices
from mockvod.validators.contracts.catalog import catalog

ROWS = [row for rows in prices().rows.values() for row in rows]


def row_id(row: Row) -> str:
    parts = (row.action, row.model, *row.versions, row.mode, row.unit, "off_peak" if row.off_peak else "")
    return "-".join(each for each in parts if each)


each_row = pytest.mark.parametrize("row", [pytest.param(each, id=row_id(each)) for each in ROWS])


def found(modes: list[str], model: str = "Vidu", version: str = "q2", **more: Any) -> list[tuple[str, str, bool]]:
    rows = prices().find("CreateAigcVideoTask", model, version, modes, **more)
    return [(each.mode, each.unit, each.off_peak) for each in rows]


@each_row
def test_every_figure_is_a_decimal_above_nothing(row: Row) -> None:
    figures = [figure for each in row.figures.values() for figure in each.values()]

    assert figures and all(type(each) is Decimal and each > 0 for each in figures)


@each_row
def test_every_currency_of_a_row_names_its_copy(row: Row) -> None:
    assert set(row.figures) == set(row.sources)
    assert set(row.sources.values()) <= set(prices().sources)


@pytest.mark.parametrize("row", [pytest.param(each, id=row_id(each)) for each in ROWS if each.tiers != (EVERY_SIZE,)])
def test_every_tier_of_a_row_is_one_of_its_model(row: Row) -> None:
    kind = {"CreateAigcVideoTask": "video", "CreateAigcImageTask": "image"}[row.action]
    tiers = prices().tiers.get(f"{kind} {row.model}", prices().tiers[kind])

    assert set(row.tiers) <= set(tiers)


def test_no_price_stands_twice() -> None:
    keys = Counter(
        (each.action, each.model, version, each.mode, each.unit, each.off_peak)
        for each in ROWS
        for version in each.versions
    )

    assert [key for key, count in keys.items() if count > 1] == []


def test_no_version_is_priced_both_by_name_and_by_any() -> None:
    """It would be charged twice."""
    by_any = {(each.action, each.model, each.mode) for each in ROWS if each.versions == ("*",)}
    by_name = {(each.action, each.model, each.mode) for each in ROWS if each.versions != ("*",)}

    assert by_any and by_any & by_name == set()


@pytest.mark.parametrize("name", ["video", "video Hailuo", "video VS", "image", "image GG", "image Vidu"])
def test_tiers_rise_and_the_last_has_no_end(name: str) -> None:
    *ends, last = prices().tiers[name].values()

    assert ends == sorted(ends, key=lambda end: end or 0) and None not in ends
    assert last is None


def test_figures_are_as_the_file_writes_them() -> None:
    (row,) = prices().find("CreateAigcVideoTask", "Hunyuan", "3d_2.0", ["3d_scene"])

    assert (row.figure("USD", EVERY_SIZE), row.figure("CNY", EVERY_SIZE)) == (Decimal("27.777778"), Decimal(200))


@pytest.mark.parametrize(
    ("modes", "more", "rows"),
    [
        pytest.param(["text"], {}, [("text", "second", False)], id="a mode"),
        pytest.param(["silent", "reference", "text"], {}, [("reference", "second", False)], id="the first that fits"),
        pytest.param(["text"], {"off_peak": True}, [("text", "second", True)], id="off-peak"),
        pytest.param(["image"], {}, [], id="a mode without a price"),
        pytest.param([], {}, [], id="no mode"),
        pytest.param(["text"], {"version": "q9"}, [], id="a version without a price"),
        pytest.param(["text"], {"model": "vidu"}, [], id="another spelling of the model"),
        pytest.param(
            ["reference"],
            {"version": "q3-mix", "off_peak": True},
            [],
            id="off-peak where only the model's other versions have it",
        ),
        pytest.param(
            ["default"],
            {"model": "OS", "version": "2.0", "off_peak": True},
            [("default", "second", False)],
            id="off-peak of a model without such prices",
        ),
        pytest.param(
            ["reference_video"],
            {"model": "VS", "version": "2.0"},
            [("reference_video", "second", False), ("reference_video", "input_second", False)],
            id="input besides what is made",
        ),
    ],
)
def test_find(modes: list[str], more: dict[str, Any], rows: list[tuple[str, str, bool]]) -> None:
    assert found(modes, **more) == rows


def test_find_knows_no_price_of_an_action_that_is_not_in_the_list() -> None:
    assert prices().find("DescribeTaskDetail", "*", "*", ["default"]) == ()


@pytest.mark.parametrize(
    ("kind", "model", "side", "tier"),
    [
        ("video", "Kling", 540, "540P"),
        ("video", "Kling", 541, "720P"),
        ("video", "Kling", 720, "720P"),
        ("video", "Kling", 1080, "1080P"),
        ("video", "Kling", 1440, "2K"),
        ("video", "Kling", 1441, "4K"),
        ("video", "Kling", 9000, "4K"),
        ("video", "Hailuo", 720, "768P"),
        ("video", "Hailuo", 769, "1080P"),
        ("video", "VS", 480, "480P"),
        ("video", "VS", 481, "720P"),
        ("image", "Kling", 1024, "1K"),
        ("image", "Kling", 1025, "2K"),
        ("image", "Kling", 2049, "4K"),
        ("image", "GG", 512, "512P"),
        ("image", "GG", 720, "720P"),
        ("image", "GG", 721, "1K"),
        ("image", "Vidu", 1080, "1K"),
        ("image", "Vidu", 1081, "2K"),
    ],
)
def test_tier(kind: Literal["video", "image"], model: str, side: int, tier: str) -> None:
    assert prices().tier(kind, model, side) == tier


@pytest.mark.parametrize(("side", "tier"), [(360, "1080P"), (1080, "1080P"), (1081, "2K")])
def test_below_the_lowest_tier_that_is_priced_that_one_counts(side: int, tier: str) -> None:
    (row,) = prices().find("CreateAigcVideoTask", "Kling", "2.6", ["audio"])

    assert prices().tier_of(row, "video", side) == tier


@pytest.mark.parametrize(
    ("action", "billed"),
    [
        ("CreateAigcVideoTask", True),
        ("CreateAigcCustomElement", True),
        ("CreateAigcAdvancedCustomElement", True),
        ("DescribeTaskDetail", False),
    ],
)
def test_billed(action: str, billed: bool) -> None:
    assert prices().billed(action) is billed


@pytest.mark.parametrize("action", prices().rows)
def test_billed_action_has_a_contract_by_hand(action: str) -> None:
    assert catalog().require(action).hand_kept


@pytest.mark.parametrize(
    "statement", ["import mockvod", "import mockvod.service.registry", "import mockvod.billing.bill"]
)
def test_import_does_not_load_the_list(statement: str) -> None:
    code = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        f"{statement}\n"
        "print([each for each in opened if each.endswith('prices.json')])\n"
        "from mockvod.billing.prices import prices; prices()\n"
        "print(len([each for each in opened if each.endswith('prices.json')]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)

    # The second line shows that the hook would have seen it.
    assert done.stdout == "[]\n1\n"
