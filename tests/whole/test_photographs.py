"""Photographs and videos of a clinic's own, read back from the PDF as patients get them."""

from __future__ import annotations

import io
import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml
import zxingcpp
from click.testing import CliRunner
from PIL import Image, ImageChops

from handouts import Handout, Library, OrderRequest, Workspace, build, make_order
from handouts.cli.main import cli
from handouts.compose.document import TrackingGrid
from handouts.model.clinic import Mode, Pictures
from handouts.model.order import Patient
from handouts.pdf.pictures import modules_of
from handouts.stamp.build import write_pdf
from handouts.stamp.press import Press
from tests.conftest import MARIA, TODAY
from tests.pdf.checks import conforms, is_accessible
from tests.photos import CAMERA, PLACE, exif, room, saved
from tests.readers import assert_strict_readers_accept, strict_readers

TEMPLATE = Path(__file__).parents[2] / "data" / "templates" / "exercise.yaml"
VIDEO = "https://clinic.example/heel-raise"
WATCH = "Watch: clinic.example/heel-raise"
OTHER_SIDE = "The picture shows the right side. Do this"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clinic's folder: a photograph in two frames, an upright one, and drawings."""
    made = tmp_path_factory.mktemp("clinic")
    for name in ("exercises", "programs", "photos"):
        (made / name).mkdir()
    lying = room((1600, 1200)).transpose(Image.Transpose.ROTATE_90)
    (made / "photos" / "down.jpg").write_bytes(saved(lying, exif=exif(6)))
    cmyk = room((1600, 1200), up=1).convert("CMYK")
    (made / "photos" / "up.jpg").write_bytes(saved(cmyk, exif=exif()))
    (made / "photos" / "tall.webp").write_bytes(saved(room((900, 1200)), "WEBP", exif=exif()))
    base = yaml.safe_load(TEMPLATE.read_text("utf-8"))
    frames = [
        {"file": "down.jpg", "step": 2, "caption": "Feet flat"},
        {"file": "up.jpg", "step": 3, "caption": "Heels up"},
    ]
    alt = "A wooden figure stands at a counter."
    agreed = {"who": "staff", "until": "2027-06-30"}
    two = {"frames": frames, "alt": alt, "consent": agreed}
    one = {"file": "tall.webp", "alt": "It stands.", "shows": "right", "people": "none"}
    sided = {"sides": "each", "dosage": {**base["dosage"], "per_side": True}}
    exercises = {
        "two": {**base, "picture": two, "video": VIDEO},
        "one": {**base, **sided, "picture": one},
        "turned": {**base, **sided, "picture": {**one, "file": "down.jpg", "mirror": True}},
    }
    for name, exercise in exercises.items():
        _write(made / "exercises" / f"{name}.yaml", exercise)
    affected = [{"exercise": name, "side": "affected"} for name in ("one", "turned")]
    listed = [{"exercise": "two"}, *affected]
    program = {
        "schema": 1, "name": "Own", "title": "Your home exercises", "subtitle": "for balance",
        "code": "OWN", "safety": "balance-falls", "sources": [{"title": "Own"}],
        "phases": [{"exercises": listed}],
    }  # fmt: skip
    _write(made / "programs" / "own.yaml", program)
    return made


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _made(folder: Path, layout: str = "standard", **choices: Any) -> Handout:
    workspace = Workspace(folder, today=TODAY)
    patient = Patient.model_validate({**MARIA, **choices.pop("patient", {})})
    request = OrderRequest("own", "riverbend", layout, patient, **choices)
    return build(make_order(Library(workspace), request), workspace)


@cache
def _usual(folder: Path, layout: str = "standard") -> Handout:
    return _made(folder, layout)


def _photos(pdf: bytes) -> list[Image.Image]:
    """Return the photographs of a file, each once, in the order of its objects."""
    found: list[Image.Image] = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") == "/DCTDecode":
                found.append(Image.open(io.BytesIO(thing.read_raw_bytes())))
                assert thing.ColorSpace == (
                    "/DeviceGray" if found[-1].mode == "L" else "/DeviceRGB"
                )
    return found


def _is_upright(picture: Image.Image) -> bool:
    wide, high = picture.size
    red, blue = (picture.getpixel((int(x * wide), int(y * high))) for x, y in (RED, BLUE))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    return red[0] > 150 and red[2] < 100 and blue[2] > 150 and blue[0] < 130


RED, BLUE = (0.06, 0.93), (0.94, 0.07)


@pytest.mark.parametrize("layout", ["standard", "compact", "large-print", "cards", "fridge"])
def test_it_is_accessible_archivable_and_says_all(folder: Path, layout: str) -> None:
    handout = _usual(folder, layout)
    conforms(handout.pdf, "ua1", "2a")
    is_accessible(handout.pdf, handout.laid_out)
    read = assert_strict_readers_accept(handout.pdf)
    words = " ".join(read.mupdf.split())
    has_cards = layout != "fridge"
    assert ("Feet flat" in words, "Heels up" in words) == (has_cards, has_cards)
    assert words.count(OTHER_SIDE) == has_cards
    assert (WATCH in words) is (layout not in ("cards", "fridge"))


def test_to_be_filled_in_it_is_accessible(folder: Path) -> None:
    story = _usual(folder).laid_out
    handout = write_pdf(story, fillable=True)
    conforms(handout.pdf, "ua1")
    is_accessible(handout.pdf, story)


def test_pixels_are_right_and_nothing_else_is_in_the_file(folder: Path) -> None:
    pdf = _usual(folder).pdf
    frames = [each for each in _photos(pdf) if each.width > each.height]
    assert sorted(map(_is_upright, frames)) == [False, True, True]
    (turned,) = (each for each in frames if not _is_upright(each))
    assert _is_upright(turned.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [x for x in opened.objects if isinstance(x, pikepdf.Stream)]
        everything = pdf + b"".join(stream.read_raw_bytes() for stream in streams)
    for secret in (PLACE, CAMERA.encode(), b"Exif\0", b"GPS", b"ICC_PROFILE", b"MPF\0"):
        assert secret not in everything


def test_it_is_large_enough_and_no_larger_than_print_needs(folder: Path) -> None:
    mupdf = strict_readers()
    with mupdf.open(stream=_usual(folder).pdf, filetype="pdf") as opened:
        shown = [each for page in opened for each in page.get_image_info() if each["bpc"] == 8]
    large = [each for each in shown if each["bbox"][2] - each["bbox"][0] > 80]
    assert len(large) >= 4
    for each in large:
        wide = each["bbox"][2] - each["bbox"][0]
        assert 240 < each["width"] / wide * 72 < 520
        high = each["bbox"][3] - each["bbox"][1]
        assert each["width"] / each["height"] == pytest.approx(wide / high, rel=0.01)
        assert wide * 25.4 / 72 > (52 if wide > high else 29)


@pytest.mark.parametrize("mode", [Mode.GRAY, Mode.SAVER])
def test_without_colours_photographs_have_none(folder: Path, mode: Mode) -> None:
    pdf = _made(folder, mode=mode).pdf
    assert {each.mode for each in _photos(pdf)} == {"L"}
    mupdf = strict_readers()
    with mupdf.open(stream=pdf, filetype="pdf") as opened:
        for page in opened:
            pixels = page.get_pixmap(dpi=40)
            picture = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
            red, green, blue = picture.split()
            for one, other in ((red, green), (green, blue)):
                assert max(ImageChops.difference(one, other).tobytes()) < 4
    conforms(pdf, "ua1", "2a")


@pytest.mark.parametrize(
    ("side", "said", "turned"),
    [
        ("left", "Do this with your left leg.", True),
        ("right", None, False),
        (None, "Do this on your sore side.", False),
    ],
)
def test_a_wrong_side_is_said_or_turned(
    folder: Path, side: str | None, said: str | None, turned: bool
) -> None:
    handout = _made(folder, patient={"affected_side": side})
    leaves = [leaf.plain for leaf in handout.laid_out.document.leaves()]
    shown = [leaf for leaf in leaves if leaf.startswith(OTHER_SIDE)]
    # Of the one that may be turned nothing is said, unless nobody knows which side it is.
    assert shown == ([f"The picture shows the right side. {said}"] if said else []) * (
        1 if side else 2
    )
    blocks = [block for part in handout.laid_out.document.sections for block in part.blocks]
    bands = [band for block in blocks if isinstance(block, TrackingGrid) for band in block.bands]
    # Nothing says so in the plan.
    assert [row.figure is None for row in bands[0].rows] == [False, side == "left", False]
    # Only the one that may be turned.
    assert sum(not _is_upright(each) for each in _photos(handout.pdf)) == turned


def test_the_code_leads_to_the_video(folder: Path) -> None:
    handout = _usual(folder)
    mupdf = strict_readers()
    links, codes = set(), set()
    with mupdf.open(stream=handout.pdf, filetype="pdf") as opened:
        for page in opened:
            links |= {link["uri"] for link in page.get_links()}
            pixels = page.get_pixmap(dpi=200)
            picture = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
            codes |= {code.text for code in zxingcpp.read_barcodes(picture)}
    assert VIDEO in links
    assert VIDEO in codes
    assert len(modules_of(VIDEO)) <= 33


@pytest.mark.parametrize("pictures", list(Pictures))
def test_what_is_switched_off_is_not_in_the_file(folder: Path, pictures: Pictures) -> None:
    handout = _made(folder, pictures=pictures)
    count = {Pictures.ALL: 4, Pictures.PHOTOS: 4}.get(pictures, 0)
    assert len(_photos(handout.pdf)) == count
    conforms(handout.pdf, "ua1", "2a")
    is_accessible(handout.pdf, handout.laid_out)


def test_the_same_order_is_the_same_file(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    assert _usual(folder).pdf == _made(copy).pdf


def test_what_is_stamped_is_what_would_be_laid_out(folder: Path) -> None:
    workspace = Workspace(folder, today=TODAY)
    press = Press(Library(workspace))
    for pictures in (None, Pictures.NONE):
        for name in ("Zoë Nguyễn", "Ann Lee"):
            patient = Patient.model_validate({**MARIA, "name": name})
            request = OrderRequest("own", "riverbend", patient=patient, pictures=pictures)
            made = press.make(request)
            laid_out = _made(folder, patient={"name": name}, pictures=pictures)
            assert made.file.pdf == laid_out.pdf
    assert not made.laid_out


def test_a_batch_has_them_and_makes_them_anew_when_one_changes(
    folder: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(folder, tmp_path / "own"))
    rows = "".join(f"R{n},Ann Example,own,left,2026-12-01\n" for n in range(4))
    head = "reference,name,program,affected_side,start_date\n"
    (tmp_path / "list.csv").write_text(head + rows, encoding="utf-8")

    def run(*more: str) -> dict[str, Any]:
        words = ["--folder", str(own), "batch", str(tmp_path / "list.csv"), "--json"]
        words += ["-o", str(tmp_path / "out"), "--clinic", "riverbend", "--jobs", "2", *more]
        words += ["--date", TODAY.isoformat()]
        done = CliRunner().invoke(cli, words)
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    assert run("--date", str(TODAY), "--print-run", str(tmp_path / "print.pdf"))["made"] == 4
    made = sorted((tmp_path / "out").glob("R*.pdf"))
    assert {len(_photos(path.read_bytes())) for path in made} == {4}
    assert len(_photos((tmp_path / "print.pdf").read_bytes())) == 4
    assert run("--resume")["unchanged"] == 4
    (own / "photos" / "tall.webp").write_bytes(saved(room((960, 1280)), "WEBP"))
    assert run("--resume")["made"] == 4
    assert run("--resume", "--pictures", "none")["made"] == 4
    assert not any(_photos(path.read_bytes()) for path in (tmp_path / "out").glob("R*.pdf"))


def test_build_says_what_it_left_out(folder: Path, tmp_path: Path) -> None:
    words = ["--folder", str(folder), "build", "own", "--clinic", "riverbend", "--layout", "cards"]
    done = CliRunner().invoke(cli, [*words, "-o", str(tmp_path / "cards.pdf")])
    assert done.exit_code == 0, done.output
    assert "layout cards leaves out: " in done.stderr
    assert "video" in done.stderr.partition("leaves out:")[2].splitlines()[0]
