"""What calls cost: prices reckoned by hand, every row of the list, and the bill as the sum of its lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvod.billing.bill import Bill, DoubleCharge, Line, Purchase, Total, bill_of, price
from mockvod.billing.prices import EVERY_SIZE, Row, prices
from mockvod.media.file_spec import FileSpec

VIDEO, IMAGE = "CreateAigcVideoTask", "CreateAigcImageTask"
URL = {"Url": "http://example.com/a.png"}
FIRST_FRAME, REFERENCE = [URL], [{**URL, "Usage": "Reference"}]
CLIP = [{"Url": "http://example.com/a.mp4", "Category": "Video"}]
OWN_VOICE = {"ExtInfo": json.dumps({"AdditionalParameters": json.dumps({"voice_list": [{"voice_id": "1"}]})})}
OFF_PEAK = {"OutputConfig": {"OffPeak": "Enabled"}}


def bought(
    action: str,
    params: Mapping[str, Any],
    *files: FileSpec,
    outcome: Literal["running", "finished", "failed", "aborted"] = "finished",
) -> Purchase:
    return Purchase("1", action, "AKID", 251007502, 0, params, files, outcome)


def video(model: str, short_side: int, seconds: float, *, sound: bool = False, **params: Any) -> Purchase:
    """Such as "Kling 3.0": what was made is so high, and wider."""
    name, version = model.split()
    asked = FileSpec("video", "mp4", short_side * 2, short_side, seconds, sound)
    return bought(VIDEO, {"ModelName": name, "ModelVersion": version, **params}, asked)


def image(model: str, *short_sides: int, inputs: int = 0, **params: Any) -> Purchase:
    name, version = model.split()
    if inputs:
        params["FileInfos"] = [URL] * inputs
    asked = [FileSpec("image", "png", side, side * 2) for side in short_sides]
    return bought(IMAGE, {"ModelName": name, "ModelVersion": version, **params}, *asked)


def amounts(line: Line) -> tuple[str | None, str | None]:
    """CNY and USD without zeros at their ends."""
    cny, usd = (None if each is None else f"{each.normalize():f}" for each in (line.cny, line.usd))
    return cny, usd


#: Reckoned by hand from the list: what, CNY, USD.
BY_HAND: dict[str, tuple[Purchase, str | None, str | None]] = {
    "kling 1.6": (video("Kling 1.6", 720, 5), "2", "0.28"),
    "kling 2.1": (video("Kling 2.1", 1080, 10), "7", "0.98"),
    "kling 2.5, 4K": (video("Kling 2.5", 2160, 5), "5.6", "0.785"),
    "kling 2.6, silent, 2K": (video("Kling 2.6", 1440, 5), "3.75", "0.525"),
    "kling 2.6, sound": (video("Kling 2.6", 1080, 5, sound=True), "5", "0.7"),
    "kling 2.6, sound, below the lowest tier": (video("Kling 2.6", 720, 5, sound=True), "5", "0.7"),
    "kling 2.6, motion": (video("Kling 2.6", 720, 7.5, SceneType="motion_control"), "3.75", "0.525"),
    "kling 3.0, fractions of a second": (video("Kling 3.0", 720, 5.04), "3.024", "0.42336"),
    "kling 3.0, sound": (video("Kling 3.0", 1080, 15, sound=True), "18", "2.52"),
    "kling 3.0, a voice of its own": (video("Kling 3.0", 720, 3, sound=True, **OWN_VOICE), "3.3", "0.462"),
    "kling 3.0, a voice but no sound": (video("Kling 3.0", 720, 5, **OWN_VOICE), "3", "0.42"),
    "kling omni": (video("Kling 3.0-Omni", 720, 5), "3", "0.42"),
    "kling omni, sound": (video("Kling 3.0-Omni", 720, 5, sound=True), "4", "0.56"),
    "kling omni, clip": (video("Kling 3.0-Omni", 2160, 5, FileInfos=CLIP), "10", "1.4"),
    "kling omni, clip, sound": (video("Kling 3.0-Omni", 1080, 5, sound=True, FileInfos=CLIP), "7", "0.98"),
    "kling o1": (video("Kling O1", 1080, 5, FileInfos=FIRST_FRAME), "4", "0.56"),
    "kling o1, clip": (video("Kling O1", 720, 5, FileInfos=CLIP), "4.5", "0.63"),
    "kling avatar": (video("Kling scene", 720, 10, SceneType="avatar_i2v"), "4", "0.56"),
    "vidu q2, text": (video("Vidu q2", 720, 5), "1.6", "0.246"),
    "vidu q2, text, off-peak": (video("Vidu q2", 1080, 4, **OFF_PEAK), "0.94", "0.1448"),
    "vidu q2, reference, 540P": (video("Vidu q2", 540, 8, FileInfos=REFERENCE), "1.92", "0.2952"),
    "vidu q2-pro, picture": (video("Vidu q2-pro", 1080, 5, FileInfos=FIRST_FRAME), "3.5", "0.5385"),
    "vidu q2-turbo, picture": (video("Vidu q2-turbo", 720, 5, FileInfos=FIRST_FRAME), "1.25", "0.1925"),
    "vidu q3, subject, off-peak": (video("Vidu q3", 720, 5, SubjectInfos=[{"Name": "a"}], **OFF_PEAK), "1.565", "0.25"),
    "vidu q3-pro, 540P": (video("Vidu q3-pro", 540, 10), "3.13", "0.5"),
    "vidu q3-turbo": (video("Vidu q3-turbo", 1080, 5, FileInfos=FIRST_FRAME), "2.19", "0.35"),
    "vidu q3-mix, 2K": (video("Vidu q3-mix", 1440, 5, FileInfos=REFERENCE), "5.63", "0.9"),
    "hailuo 02": (video("Hailuo 02", 768, 6), "1.98", "0.3048"),
    "hailuo 2.3, 720": (video("Hailuo 2.3", 720, 6), "1.98", "0.3048"),
    "hailuo 2.3-fast": (video("Hailuo 2.3-fast", 1080, 10), "3.85", "0.592"),
    "gv 3.1, sound": (video("GV 3.1", 720, 8, sound=True), "24", "3.2"),
    "gv 3.1-fast, older spelling": (video("GV 3.1-Fast", 1080, 8), "6", "0.8"),
    "gv 3.1-lite, 4K": (video("GV 3.1-lite", 2160, 8), "6", "0.8"),
    "gv, off-peak that it has no prices for": (video("GV 3.1", 720, 8, **OFF_PEAK), "12", "1.6"),
    "os": (video("OS 2.0", 720, 12), "9", "1.2"),
    "pixverse v6, sound": (video("PixVerse v6", 1080, 5, sound=True), "3.375", "0.511"),
    "pixverse c1, 360": (video("PixVerse c1", 360, 5), "1.175", "0.178"),
    "hunyuan video": (video("Hunyuan 1.5", 720, 5), "1.5", None),
    "mingmou video": (video("Mingmou 1.0", 1080, 5), "2.5", "0.3845"),
    "vs": (video("VS 2.0", 480, 5), "2.31", "0.3555"),
    "seedance under its other name": (video("Seedance 1.5-pro", 720, 5, sound=True), None, "0.266"),
    "3d scene": (
        bought(VIDEO, {"ModelName": "Hunyuan", "ModelVersion": "3d_2.0", "SceneType": "3d_scene"}),
        "200",
        "27.777778",
    ),
    "gg 2.5": (image("GG 2.5", 1024), "0.3", "0.039"),
    "gg 2.5, 720": (image("GG 2.5", 720), "0.3", "0.039"),
    "gg 3.0, 4K": (image("GG 3.0", 4096), "1.8", "0.24"),
    "gg 2.5, 4K, wider than a mock makes": (
        bought(
            IMAGE,
            {"ModelName": "GG", "ModelVersion": "2.5", "OutputConfig": {"Resolution": "4K"}},
            FileSpec("image", "png", 4096, 1756),
        ),
        "0.46",
        "0.063",
    ),
    "gg 3.1, 512": (image("GG 3.1", 512), "0.333", "0.045"),
    "gg 3.1, 720, in CNY only": (image("GG 3.1", 720), "0.333", None),
    "gem": (image("GEM 3.0", 2048), "1", "0.135"),
    "og low, two": (image("OG image2_low", 1024, 1024), "0.09", "0.012"),
    "og high, 2K, two inputs": (image("OG image2_high", 1080, inputs=2), "3.41", "0.4588"),
    "og medium, two of one input": (image("OG image2_medium", 1024, 1024, inputs=1), "0.896", "0.1214"),
    "kling 2.1, text, nine": (image("Kling 2.1", *[1024] * 9), "0.9", "0.126"),
    "kling 2.1, one picture, 4K": (image("Kling 2.1", 4096, inputs=1), "0.4", "0.056"),
    "kling 2.1, two pictures, 2K": (image("Kling 2.1", 2048, inputs=2), "0.48", "0.068"),
    "kling 3.0, two sizes": (image("Kling 3.0", 1024, 4096), "0.6", "0.084"),
    "kling expanded": (image("Kling scene", 700, inputs=1, SceneType="image_expand"), "0.2", "0.028"),
    "vidu picture, 1080": (image("Vidu q2", 1080), "0.188", "0.0288"),
    "vidu picture, three references, 2K": (image("Vidu q2", 1440, inputs=3), "0.375", "0.0577"),
    "vidu picture, four references, 4K": (image("Vidu q2", 4096, inputs=4), "0.938", "0.1442"),
    "hunyuan picture": (image("Hunyuan 3.0", 1024), "0.2", None),
    "panorama": (image("Hunyuan 3d_2.0", 2048, SceneType="3d_panorama"), "5", "0.694444"),
    "subject": (bought("CreateAigcSubject", {"SubjectName": "cat"}), "0.47", None),
    "custom voice": (bought("CreateAigcCustomVoice", {}), "0.05", None),
    "sound effect": (bought("CreateAigcAudioTask", {"ModelName": "Kling", "SceneType": "sfx"}), "0.25", None),
}


@pytest.mark.parametrize(("purchase", "cny", "usd"), BY_HAND.values(), ids=BY_HAND)
def test_price(purchase: Purchase, cny: str | None, usd: str | None) -> None:
    assert amounts(price(purchase)) == (cny, usd)


UNPRICED: dict[str, tuple[Purchase, str]] = {
    "custom element": (
        bought("CreateAigcCustomElement", {"ElementName": "cat"}),
        "no price is published for CreateAigcCustomElement",
    ),
    "advanced element": (
        bought("CreateAigcAdvancedCustomElement", {}),
        "no price is published for CreateAigcAdvancedCustomElement",
    ),
    "version": (video("GV omni", 720, 8), "no price is published for GV omni as no_reference_video/silent"),
    "scene": (
        video("Kling 2.6", 720, 5, SceneType="lip_sync"),
        "no price is published for Kling 2.6 as lip_sync",
    ),
    "sound that is priced without only": (
        video("PixVerse v5.6", 720, 5, sound=True),
        "no price is published for PixVerse v5.6 as no_reference_video/audio",
    ),
    "eight references": (
        image("Vidu q2", 1080, inputs=8),
        "no price is published for Vidu q2 as reference_multi",
    ),
    "no file": (
        bought(VIDEO, {"ModelName": "OS", "ModelVersion": "2.0"}),
        "it is unknown what was made",
    ),
    "file of another kind": (
        replace(video("OS 2.0", 720, 5), files=(FileSpec("image", "png", 720, 720),)),
        "it is unknown what was made",
    ),
    "clip for VS": (
        video("VS 2.5", 720, 5, FileInfos=CLIP),
        "seconds of input are charged, but a mock does not know how long the input is",
    ),
    "faces": (
        bought("DescribeAigcFaceInfo", {"FileInfos": [URL]}),
        "seconds of input are charged, but a mock does not know how long the input is",
    ),
    "music": (
        bought("CreateAigcAudioTask", {"ModelName": "MiniMaxMusic", "ModelVersion": "2.0", "SceneType": "music"}),
        "no price is published for MiniMaxMusic 2.0 as music/text",
    ),
}


@pytest.mark.parametrize(("purchase", "note"), UNPRICED.values(), ids=UNPRICED)
def test_unknown_price_is_unknown_and_says_why(purchase: Purchase, note: str) -> None:
    line = price(purchase)

    assert (line.cny, line.usd, line.note) == (None, None, note)


#: Rows that no call is charged by, and why: action, model, mode, unit.
UNREACHABLE = {
    (VIDEO, "VS", "reference_video", "second"): "always together with seconds of input, which a mock does not know",
    (VIDEO, "VS", "reference_video", "input_second"): "a mock does not know how long the input is",
    ("DescribeAigcFaceInfo", "*", "default", "input_second"): "a mock does not know how long the input is",
    ("DescribeAigcFaceInfoAsync", "*", "default", "input_second"): "a mock does not know how long the input is",
    ("CreateAigcAudioTask", "Vidu", "sound_with_video", "call"): "nobody tells which calls the fee belongs to",
}
#: Mode -> what makes a call of it, where that is more than the model.
BY_MODE: dict[str, dict[str, Any]] = {
    "custom_voice": OWN_VOICE,
    "image": {"FileInfos": FIRST_FRAME},
    "reference": {"FileInfos": REFERENCE},
    "reference_video": {"FileInfos": CLIP},
    "reference_video/audio": {"FileInfos": CLIP},
    "reference_video/silent": {"FileInfos": CLIP},
    "reference_single": {"FileInfos": [URL]},
    "reference_multi": {"FileInfos": [URL] * 2},
    "reference_1_3": {"FileInfos": [URL] * 3},
    "reference_4_7": {"FileInfos": [URL] * 7},
    "sfx/text": {"SceneType": "sfx"},
    "sfx/video": {"SceneType": "sfx", "VideoInfos": CLIP},
    **{
        scene: {"SceneType": scene}
        for scene in ("3d_panorama", "3d_scene", "avatar_i2v", "image_expand", "motion_control")
    },
}
REACHABLE = [
    pytest.param(row, version, tier, id=f"{row.action}-{row.model}-{version}-{row.mode}-{row.off_peak}-{tier}")
    for rows in prices().rows.values()
    for row in rows
    if (row.action, row.model, row.mode, row.unit) not in UNREACHABLE and row.unit != "input_image"
    for version in row.versions
    for tier in row.tiers
]


def call_of(row: Row, version: str, tier: str) -> Purchase:
    """A call for one unit of that tier."""
    kind: Literal["video", "image"] = "video" if row.action == VIDEO else "image"
    tiers = {**prices().tiers.get(f"{kind} {row.model}", prices().tiers[kind]), EVERY_SIZE: None}
    side = tiers[tier] or 5000
    sound = "audio" in row.mode or row.mode == "custom_voice"
    asked = FileSpec(kind, "", side, side, 1 if kind == "video" else 0, sound)
    params = {"ModelName": row.model, "ModelVersion": version, **BY_MODE.get(row.mode, {})}
    return bought(row.action, {**params, **(OFF_PEAK if row.off_peak else {})}, asked)


@pytest.mark.parametrize(("row", "version", "tier"), REACHABLE)
def test_every_row_is_charged_by_some_call(row: Row, version: str, tier: str) -> None:
    line = price(call_of(row, version, tier))

    assert (line.cny, line.usd, line.quantity, line.unit) == (
        row.figure("CNY", tier),
        row.figure("USD", tier),
        1,
        row.unit,
    )
    assert row.mode in line.note or row.model == "*"


def test_rows_that_no_call_is_charged_by_are_these() -> None:
    charged = {(row.action, row.model, row.mode, row.unit) for row, *_ in (each.values for each in REACHABLE)}
    listed = {(row.action, row.model, row.mode, row.unit) for rows in prices().rows.values() for row in rows}

    assert listed - charged == {*UNREACHABLE, (IMAGE, "OG", "*", "input_image")}


def test_an_input_picture_costs_what_its_row_says() -> None:
    with_input, without = (price(image("OG image2_low", 1024, inputs=count)) for count in (1, 0))
    (_, row) = prices().find(IMAGE, "OG", "image2_low", ["default"])

    assert with_input.cny is not None and without.cny is not None
    assert with_input.cny - without.cny == row.figure("CNY", EVERY_SIZE)


def test_line() -> None:
    purchase = Purchase("7-AigcVideoTask-at", VIDEO, "AKID", 7, 1.5, video("Kling 3.0", 720, 5).params, (), "finished")

    assert price(replace(purchase, files=video("Kling 3.0", 720, 5).files)) == Line(
        id="7-AigcVideoTask-at",
        action=VIDEO,
        at=1.5,
        application=7,
        specification="Kling3.0_720P",
        quantity=Decimal(5),
        unit="second",
        cny=Decimal("3.0"),
        usd=Decimal("0.420"),
        note="Kling 3.0 silent, 720P: 5 at CNY 0.6 (cn-video), USD 0.084 (intl) per second",
    )


def test_note_of_a_sum_tells_each_part() -> None:
    assert price(image("OG image2_high", 1024, 2048, inputs=2)).note == (
        "OG image2_high default, 1K: 1 at CNY 1.583 (cn-other), USD 0.211 (intl) per image (in force from 2026-05-12; "
        "an older page had other figures); "
        "OG image2_high default, 2K: 1 at CNY 3.21 (cn-other), USD 0.428 (intl) per image (in force from 2026-05-12; "
        "an older page had other figures); "
        "OG: 2 at CNY 0.1 (cn-other), USD 0.0154 (intl) per input image (besides what is made)"
    )


def test_what_runs_costs_what_it_will_and_says_so() -> None:
    finished = price(video("OS 2.0", 720, 4))
    running = price(replace(video("OS 2.0", 720, 4), outcome="running"))

    assert running == replace(finished, note=f"if it finishes: {finished.note}")


@pytest.mark.parametrize(
    ("outcome", "note"),
    [
        ("failed", "nothing is charged, as the task failed (assumed)"),
        ("aborted", "nothing is charged, as the task was aborted (assumed)"),
    ],
)
@pytest.mark.parametrize("model", ["OS 2.0", "GV omni"], ids=["known price", "unknown price"])
def test_what_did_not_finish_costs_nothing(model: str, outcome: Literal["failed", "aborted"], note: str) -> None:
    line = price(replace(video(model, 720, 4), outcome=outcome))

    assert (line.quantity, line.unit, line.cny, line.usd, line.note) == (0, "second", 0, 0, note)


def test_action_that_is_not_billed_is_free() -> None:
    line = price(bought("DescribeTaskDetail", {"TaskId": "1"}))

    assert (line.cny, line.usd, line.note) == (0, 0, "no document says that this action costs anything")


def test_a_low_precision_of_the_program_around_does_not_round_prices() -> None:
    purchases = [video("Kling 3.0", 720, 5.041666666666667)] * 3
    with localcontext() as context:
        context.prec = 2
        bill = bill_of(purchases)
        known = (bill.cny, bill.usd)

    assert known == (Decimal("9.0750000000000006"), Decimal("1.270500000000000084"))


OUTCOMES: list[Literal["running", "finished", "failed", "aborted"]] = ["running", "finished", "failed", "aborted"]
purchases = st.lists(
    st.builds(
        replace,
        st.sampled_from([each for each, *_ in [*BY_HAND.values(), *UNPRICED.values()]]),
        id=st.sampled_from("abcdef"),
        at=st.floats(0, 10_000),
        outcome=st.sampled_from(OUTCOMES),
    ),
    max_size=12,
)


@given(purchases)
def test_bill_is_the_sum_of_its_lines(some: list[Purchase]) -> None:
    bill = bill_of(some)

    assert (Fraction(bill.cny), Fraction(bill.usd)) == (
        sum(Fraction(line.cny) for line in bill.lines if line.cny is not None),
        sum(Fraction(line.usd) for line in bill.lines if line.usd is not None),
    )


@given(purchases)
def test_bill_has_a_line_for_every_purchase_in_order(some: list[Purchase]) -> None:
    assert bill_of(some).lines == tuple(price(each) for each in sorted(some, key=lambda each: each.at))


@given(purchases)
def test_bill_counts_what_it_does_not_know(some: list[Purchase]) -> None:
    bill = bill_of(some)

    assert bill.unknown == {
        "cny": [line.cny for line in bill.lines].count(None),
        "usd": [line.usd for line in bill.lines].count(None),
    }


@given(purchases)
@pytest.mark.parametrize("part", ["by_action", "by_specification"])
def test_parts_add_up_to_the_whole(part: str, some: list[Purchase]) -> None:
    bill = bill_of(some)
    parts: list[Total] = list(getattr(bill, part).values())

    assert bill.total == Total(
        lines=sum(each.lines for each in parts),
        cny=sum((each.cny for each in parts), Decimal()),
        usd=sum((each.usd for each in parts), Decimal()),
        unknown_cny=sum(each.unknown_cny for each in parts),
        unknown_usd=sum(each.unknown_usd for each in parts),
    )


def test_empty_bill() -> None:
    assert bill_of([]) == Bill((), ())
    assert bill_of([]).total == Total(0, Decimal(), Decimal(), 0, 0)


def test_parts_by_action_and_specification() -> None:
    bill = bill_of([video("OS 2.0", 720, 4), video("Kling 3.0", 720, 5), bought("CreateAigcSubject", {})])

    subject, kling, os = (
        Total(1, Decimal("0.47"), Decimal(), 0, 1),
        Total(1, Decimal(3), Decimal("0.42"), 0, 0),
        Total(1, Decimal(3), Decimal("0.4"), 0, 0),
    )
    assert bill.by_action == {"CreateAigcSubject": subject, VIDEO: Total(2, Decimal(6), Decimal("0.82"), 0, 0)}
    assert bill.by_specification == {"Kling3.0_720P": kling, "Subject": subject, "unknown": os}


def test_bill_names_double_charges_within_the_window() -> None:
    first = video("OS 2.0", 720, 4)
    second = replace(first, id="2", at=30)

    assert [(each.first, each.second) for each in bill_of([second, first]).double_charges] == [("1", "2")]
    assert bill_of([second, first], window=29).double_charges == ()


def test_bill_as_json() -> None:
    element = replace(bought("CreateAigcCustomElement", {"ElementName": "cat"}), id="5", at=60)
    double = DoubleCharge("1", "2", "equal_request", 2.5, "message")
    bill = Bill((price(video("Kling 3.0", 720, 5.04)), price(element)), (double,))
    kling = {"lines": 1, "cny": "3.024", "usd": "0.42336", "unknown_cny": 0, "unknown_usd": 0}
    unknown = {"lines": 1, "cny": "0", "usd": "0", "unknown_cny": 1, "unknown_usd": 1}

    assert json.loads(json.dumps(bill.as_json())) == {
        "about": "an estimate from third parties' copies of the price list, checked 2026-11-20",
        "cny": "3.024",
        "usd": "0.42336",
        "unknown": {"cny": 1, "usd": 1},
        "by_action": {"CreateAigcCustomElement": unknown, VIDEO: kling},
        "by_specification": {"Kling3.0_720P": kling, "unknown": unknown},
        "lines": [
            {
                "id": "1",
                "action": VIDEO,
                "at": 0,
                "application": 251007502,
                "specification": "Kling3.0_720P",
                "quantity": "5.04",
                "unit": "second",
                "cny": "3.024",
                "usd": "0.42336",
                "note": "Kling 3.0 silent, 720P: 5.04 at CNY 0.6 (cn-video), USD 0.084 (intl) per second",
                "calls": 1,
            },
            {
                "id": "5",
                "action": "CreateAigcCustomElement",
                "at": 60,
                "application": 251007502,
                "specification": "unknown",
                "quantity": "1",
                "unit": "call",
                "cny": None,
                "usd": None,
                "note": "no price is published for CreateAigcCustomElement",
                "calls": 1,
            },
        ],
        "double_charges": [
            {"first": "1", "second": "2", "reason": "equal_request", "apart": 2.5, "message": "message"},
        ],
    }
