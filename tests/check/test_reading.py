"""School grade: syllables as spoken, sentences as printed, every printed paragraph easy enough."""

from __future__ import annotations

from itertools import product

import pytest

from handouts.check.lint_words import MOST_GRADE, grade, syllables
from handouts.check.order import make_order
from handouts.compose.compose import compose
from handouts.compose.runs import leaves
from handouts.model.order import OrderRequest
from handouts.workspace import Kind
from tests.conftest import LIBRARY

# As the words are spoken; dictionaries agree on all of them.
SPOKEN = {
    1: "knee knees move moved bones these lie toe toes pulled squeeze raise breathe clothes hour "
    "year your while whole worse ache aches weights months chair couch square stretched the",
    2: "agree muscle muscles table handled needed places faces boxes raises washes circle circles "
    "gentle able people because lying going being breathing shoulder bladder bowel buttocks "
    "pelvis region action minutes doctor toward towards always away yellow quiet language started",
    3: "exercise previous serious usual easier easiest clinician physician accident area video "
    "radio genitals",
    4: "exercises education emergency material January",
    5: "sacroiliac",
    6: "osteoporosis physiotherapy",
}


@pytest.mark.parametrize(
    ("word", "count"), [(word, count) for count, words in SPOKEN.items() for word in words.split()]
)
def test_syllables_are_counted_as_spoken(word: str, count: int) -> None:
    assert syllables(word) == count
    assert syllables(word.upper()) == count


def test_the_formula_is_that_of_kincaid() -> None:
    # 12 words of one syllable in two sentences: 0.39 x 6 + 11.8 x 1 - 15.59.
    text = "Lie on your back and bend your knees. Keep both feet flat."
    assert grade(text) == pytest.approx(0.39 * 6 + 11.8 - 15.59)


def test_a_bullet_ends_a_sentence_and_a_semicolon_does_not() -> None:
    signs = ("a fever or feeling unwell", "weight loss without trying", "pain that does not ease")
    assert grade(("See a doctor if it comes with", *signs)) < MOST_GRADE
    assert grade("See a doctor if it comes with " + "; ".join(signs)) > MOST_GRADE


def test_a_few_words_have_no_grade() -> None:
    assert grade("Sacroiliac physiotherapy education " * 3) == 0
    assert grade("Sacroiliac physiotherapy education " * 4) > MOST_GRADE


@pytest.mark.parametrize("program", LIBRARY.workspace.ids(Kind.PROGRAMS))
def test_every_paragraph_on_the_sheet_is_easy_to_read(program: str) -> None:
    ids = LIBRARY.workspace.ids
    texts: set[str] = set()
    for clinic, layout in product(ids(Kind.CLINICS), ids(Kind.LAYOUTS)):
        document = compose(make_order(LIBRARY, OrderRequest(program, clinic, layout)))
        said = {leaf.plain for section in document.sections for leaf in leaves(section.blocks)}
        assert said
        texts |= said
    assert {text: grade(text) for text in texts if grade(text) > MOST_GRADE} == {}


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("rodilla", 3), ("pie", 1), ("caer", 2), ("día", 2), ("quite", 2), ("guerra", 2),
        ("respiración", 4), ("hueso", 2), ("muy", 1), ("leer", 2), ("país", 2), ("pingüino", 3),
        ("oiga", 2), ("rey", 1), ("ahora", 3), ("Levántela", 4),
    ],
)  # fmt: skip
def test_spanish_syllables_are_counted_as_spoken(word: str, count: int) -> None:
    """Twelve times the word in twelve sentences: the formula, solved for its syllables."""
    level = grade([f"{word}."] * 12, "es")
    assert round((level + 3.407 + 0.205 * 100) / 4.9) == count


def test_a_language_without_a_formula_has_no_grade() -> None:
    assert grade("Une longue phrase qui est en français et qui a plus de douze mots.", "fr") == 0


def test_german_words_of_three_syllables_weigh() -> None:
    """The formula is solved for the share of long words in twelve of one sentence each."""
    short, long_ones = ("Knie", "Hüfte", "bequem", "neue"), ("bewegen", "Oberschenkel", "aufhören")
    for word, long in (*((word, 0) for word in short), *((word, 1) for word in long_ones)):
        level = grade([f"{word}."] * 12, "de")
        assert level == pytest.approx(0.2656 + 27.44 * long - 1.693)
