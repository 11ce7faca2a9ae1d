"""What is wrong with a photograph or a video is said at its line; nobody is printed unasked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from handouts import ContentError, Library, OrderRequest, Workspace, make_order
from handouts.check.lint_handout import order_warnings
from handouts.check.photos import refused_photos
from handouts.check.review import texts_of_program
from handouts.deliver.check_handouts import check_content
from handouts.model.clinic import Pictures
from handouts.model.order import Order
from handouts.model.photo import Photo
from tests.conftest import FewBuiltIn
from tests.photos import room, saved

FIGURE = "figure: {works: right, start: {step: 1, base: supine}, end: {step: 2, right_hip: 40}}\n"
PHOTO = "picture: {file: heel.jpg, alt: A figure lies., shows: right, people: none}\n"
UNTIL = dt.date(2027, 6, 30)
CONSENT = PHOTO.replace("people: none", f"consent: {{who: staff, until: {UNTIL}}}")


def _told(folder: Any, more: str) -> list[str]:
    """Put a photograph and more lines into the folder; return what its exercise is blamed for."""
    (folder.path / "photos").mkdir(exist_ok=True)
    (folder.path / "photos" / "heel.jpg").write_bytes(saved(room((800, 600))))
    folder.edit("exercises", "heel-glide", more=more)
    return [str(each) for each in folder.problems("exercises", "heel-glide")]


def _checked(folder: Any, day: dt.date | None = None) -> list[str]:
    """Return all that `handouts check` says of the exercise, and of handouts that have it."""
    library = Library(FewBuiltIn(folder.path, today=day))
    path = folder.path / "exercises" / "heel-glide.yaml"
    return [str(each) for each in check_content(library, [path])]


def _order(folder: Any, day: dt.date, pictures: str | None = None) -> tuple[Order, list[str]]:
    library = Library(Workspace(folder.path, today=day))
    wanted = Pictures(pictures) if pictures else None
    order = make_order(library, OrderRequest("heels", "north", pictures=wanted))
    return order, [str(each) for each in order_warnings(library, order)]


def test_a_sound_photograph_passes(folder: Any) -> None:
    assert _told(folder, PHOTO) == []
    assert _checked(folder) == []


FRAMES = "picture: {{alt: A., shows: right, people: none, frames: [{}]}}\n"


@pytest.mark.parametrize(
    ("more", "column", "why"),
    [
        ("picture: heel.jpg\n", 10, "picture must be a mapping"),
        (PHOTO.replace("alt: A figure lies., ", ""), 10, 'missing key "alt"'),
        (PHOTO.replace("shows: right, ", ""), 10, "which side of the body works in it"),
        (PHOTO.replace("heel.jpg", "../heel.jpg"), 17, "file must be the name of a file"),
        (PHOTO.replace("heel.jpg", "/etc/passwd"), 17, "file must be the name of a file"),
        (PHOTO.replace("heel.jpg", "heal.jpg"), 17, 'no photograph "heal.jpg"'),
        (PHOTO.replace("heel.jpg", "HEEL.jpg"), 17, 'no photograph "HEEL.jpg"'),
        (PHOTO.replace("alt:", "step: 5, alt:"), 33, "there is no step 5, only 4"),
        (PHOTO.replace("people", "caption: Your left leg, people"), 71, '"left" in a caption'),
        (PHOTO.replace("people", "focus: [0.5, 2], people"), 75, "at most 1"),
        (PHOTO.replace("people", "crop: [0.6, 0, 0.4, 1], people"), 10, "crop keeps nothing"),
        (PHOTO.replace("people", "mirror: true, people").replace("A figure", "A left leg"), 32, ""),
        (CONSENT.replace("people", "").replace("shows", "people: none, shows"), 0, "a consent of"),
        (CONSENT.replace("staff", "Ann Lee"), 0, "who must be one of staff, patient"),
        (FRAMES.format("{file: heel.jpg, step: 1}"), 0, "at least 2 items"),
        (FRAMES.format("{file: heel.jpg, step: 1}, {file: heel.jpg}"), 0, "which step it shows"),
        (FRAMES.format("{file: heel.jpg, step: 2}, {file: heel.jpg, step: 2}"), 0, "after one of"),
        (FRAMES.format("{file: heel.jpg, step: 1}, {file: heel.jpg, step: 2}"), 0, "shown twice"),
        ("video: http://north.example/heel\n", 8, "video must be a web address"),
        ("video: https://ann:secret@north.example/heel\n", 8, "video must be a web address"),
        ("video: https://localhost/heel\n", 8, "video must be a web address"),
        (f"video: https://north.example/{'x' * 100}\n", 8, "at most 100 characters"),
        (f"video: https://north.example/{'x' * 60}\n", 8, "hard to type"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(folder: Any, more: str, column: int, why: str) -> None:
    told = _told(folder, more)
    assert len(told) == 1, told
    assert told[0].startswith("exercises/heel-glide.yaml:29:")
    assert f":29:{column}: " in told[0] or not column, told
    assert why in told[0]
    assert "hint: " in told[0]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (saved(room((400, 300))), "heel.jpg: 400 x 300 pixels are kept"),
        (saved(room((800, 600)))[:9000], "heel.jpg: the picture is damaged"),
        (b"GIF89a", "heel.jpg: not a JPEG, PNG or WebP"),
    ],
)
def test_a_file_that_cannot_be_printed_is_told_once(folder: Any, data: bytes, why: str) -> None:
    _told(folder, PHOTO)
    (folder.path / "photos" / "heel.jpg").write_bytes(data)
    told = _checked(folder)
    assert len(told) == 1, told
    assert told[0].startswith(f"exercises/heel-glide.yaml:29:17: {why}")


def test_a_link_that_leads_out_of_the_folder_is_none(folder: Any) -> None:
    (folder.path / "photos").mkdir()
    (folder.path / "elsewhere.jpg").write_bytes(saved(room((800, 600))))
    (folder.path / "photos" / "link.jpg").symlink_to(folder.path / "elsewhere.jpg")
    (told,) = _told(folder, PHOTO.replace("heel.jpg", "link.jpg"))
    assert 'there is no photograph "link.jpg"' in told


# -- who agreed


def test_consent_holds_up_to_its_last_day(folder: Any) -> None:
    _told(folder, FIGURE + CONSENT)
    order, warned = _order(folder, UNTIL)
    assert order.exercises[0].exercise.picture
    assert order.exercises[0].exercise.figure is None
    assert warned == []
    order, warned = _order(folder, UNTIL + dt.timedelta(days=1))
    assert order.exercises[0].exercise.picture is None
    assert order.exercises[0].exercise.figure
    assert len(warned) == 1
    assert "its drawing is printed, not its photograph: the consent ended on 2027" in warned[0]
    assert warned[0].startswith("exercises/heel-glide.yaml:30:")


@pytest.mark.parametrize(
    "more", [CONSENT, CONSENT + 'lint: [{code: photo-consent, reason: "We know."}]\n']
)
def test_without_a_drawing_no_handout_is_made(folder: Any, more: str) -> None:
    _told(folder, more)
    late = UNTIL + dt.timedelta(days=1)
    for pictures in (None, "all", "photos"):
        with pytest.raises(ContentError, match=r":29:1: the photograph of heel-glide may not be"):
            _order(folder, late, pictures)
    for pictures in ("drawings", "none"):
        order, warned = _order(folder, late, pictures)
        assert order.exercises[0].exercise.picture is None
        assert warned == []
    assert sum("may not be printed" in each for each in _checked(folder, late)) == 1


def test_where_nobody_was_asked_the_drawing_is_printed(folder: Any) -> None:
    (told,) = _told(folder, FIGURE + PHOTO.replace(", people: none", ""))
    assert "it does not say whether anybody can be recognised" in told
    assert "photo-consent" in told
    order, (warned,) = _order(folder, UNTIL)
    assert order.exercises[0].exercise.figure
    assert "not say whether anybody" in warned
    # So says a batch before it begins.
    (before,) = refused_photos(folder.library)
    assert "the drawing of heel-glide is printed" in before.message


@pytest.mark.parametrize(("days", "count"), [(59, 1), (60, 0)])
def test_a_consent_that_ends_soon_is_told(folder: Any, days: int, count: int) -> None:
    _told(folder, CONSENT)
    told = _checked(folder, UNTIL - dt.timedelta(days=days))
    assert len(told) == count
    assert all("ends on 2027-06-30" in each and "photo-consent-soon" in each for each in told)


# -- which pictures


@pytest.mark.parametrize(
    ("pictures", "photo", "drawing"),
    [
        ("all", True, False),
        ("photos", True, False),
        ("drawings", False, True),
        ("none", False, False),
    ],
)
def test_which_picture_is_printed(folder: Any, pictures: str, photo: bool, drawing: bool) -> None:
    _told(folder, FIGURE + PHOTO)
    order, _ = _order(folder, UNTIL, pictures)
    first, drawn = (item.exercise for item in order.exercises[:2])
    assert (first.picture is not None, first.figure is not None) == (photo, drawing)
    assert (drawn.figure is not None) is (pictures in ("all", "drawings"))


def test_layout_comes_before_clinic_and_what_is_asked_before_both(folder: Any) -> None:
    folder.edit("clinics", "north", more="pictures: none\n")
    assert _order(folder, UNTIL)[0].pictures is Pictures.NONE
    layout = "schema: 1\nextends: standard\npictures: photos\n"
    folder.write("layouts", "standard", layout)
    assert _order(folder, UNTIL)[0].pictures is Pictures.PHOTOS
    assert _order(folder, UNTIL, "drawings")[0].pictures is Pictures.DRAWINGS


def test_a_variant_that_is_done_otherwise_has_no_photograph_of_another(folder: Any) -> None:
    variants = (
        "variants:\n  light: {name: Light heel slide}\n  ball: {equipment: [ball]}\n"
        "  wall: {equipment: [wall], video: https://north.example/wall}\n"
    )
    _told(folder, f"{PHOTO}video: https://north.example/heel\n{variants}")
    exercise = folder.library.exercise("heel-glide")
    assert exercise.variant("light").picture == exercise.picture
    assert exercise.variant("light").video == exercise.video
    assert exercise.variant("ball").picture is exercise.variant("ball").video is None
    assert exercise.variant("wall").video == "https://north.example/wall"


def test_a_review_is_of_the_photograph_too(folder: Any) -> None:
    def digest() -> str:
        texts = texts_of_program(folder.library, "heels")
        return next(text.digest for text in texts if text.id == "heel-glide")

    bare = digest()
    _told(folder, CONSENT)
    first = digest()
    folder.edit("exercises", "heel-glide", ("2027-06-30", "2030-06-30"))
    assert digest() == first != bare
    (folder.path / "photos" / "heel.jpg").write_bytes(saved(room((808, 606))))
    assert digest() != first


def test_a_model_in_python_is_checked_alike() -> None:
    with pytest.raises(ValidationError, match="either a file or frames"):
        Photo(alt="A figure.", people="none")
