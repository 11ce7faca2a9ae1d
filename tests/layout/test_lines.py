"""What all patients read is remembered once set; what is a patient's own never is."""

from __future__ import annotations

import re

import pytest

from handouts import Workspace
from handouts.compose.compose import compose
from handouts.compose.runs import FieldName, Run, Text, variable
from handouts.layout.doc import lay_out
from handouts.layout.theme import _themes
from handouts.model.layout import TypeStyle
from handouts.text import setting as lines
from handouts.text.faces import load_fonts
from handouts.text.setting import Typesetter
from tests.conftest import LIBRARY, OrderMaker

STYLE = TypeStyle(size=12, leading=15, bold=False)


def _kept() -> int:
    remembered = (lines._cached_words, lines._cached_lines)
    return sum(each.cache_info().currsize for each in remembered)


@pytest.mark.parametrize("before", [(), (Run("Exercises for "),)])
def test_a_patients_own_words_are_not_remembered(before: tuple[Run, ...]) -> None:
    setter = Typesetter(load_fonts())
    own = variable("Wolfeschlegelsteinhausenbergerdorff Featherstone", FieldName.NAME)
    name = Text((*before, own))
    for cache in (lines._cached_words, lines._cached_lines):
        cache.cache_clear()
    setter.set(name, STYLE, 90)
    assert setter.clipped(name, STYLE, 90, 10).lines[0].pieces[-1][1].text.endswith("…")
    assert _kept() == 0


def test_a_patients_own_words_stay_with_their_handout(
    order_for: OrderMaker, workspace: Workspace
) -> None:
    order = order_for()
    laid_out = lay_out(compose(order), order, workspace)
    own, shared = laid_out.frames.theme.setter, [each.setter for _, each, *_ in _themes.values()]
    assert own._personal
    assert shared
    assert own not in shared
    assert not any(setter._personal for setter in shared)


def _setter(language: str) -> Typesetter:
    return Typesetter(load_fonts(numbered=LIBRARY.locale(language).lists.numbered_words))


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_a_language_lists_the_words_before_its_own_numbers(language: str) -> None:
    """Otherwise "Woche | 4" is parted in a language whose words nobody listed."""
    locale = LIBRARY.locale(language)
    phrases = (locale.grid.week, locale.grid.some_weeks, locale.furniture.page)
    said = {phrase.partition(" ")[0].casefold() for phrase in phrases}
    assert said <= locale.lists.numbered_words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The effort should feel hard: 5 to 6, where 0 is rest."),
        ("de", "Machen Sie es 8 Mal auf dieser Seite, dann 4 bis 5 Mal."),
        ("es", "Hágalo 8 veces, luego de 4 a 5 veces."),
        ("en", "Hold for 10 seconds, with 2 kg. Rest for 1 minute."),
        ("en", "Is it worse? Stop. Call (555) 010 0142, or +44 1632 960 142."),
        ("en", "Is it worse? Stop. Call (555) 010-0142 ext. 12, or 01632 960 142 x 7."),
        ("de", "Rufen Sie an: 55-0142, DW 21. Oder: 0142 Durchwahl 2."),
        ("es", "Llame al 010-0142, ext. 12, o al 0142 x12."),
        ("de", "Fragen Sie uns nach Woche 4, wie es weitergeht. Siehe Seite 5."),
        ("en", "After week 4 ask us. Emergency signs: see page 5. Weeks 1 to 4 of 6."),
        ("es", "Después de la semana 4 pregúntenos. Vea la página 5. Semanas 1 a 4 de 6."),
    ],
)
def test_no_line_ends_inside_a_number_and_what_it_counts(language: str, words: str) -> None:
    """Ends of a range stay together too, wherever a line has room for them."""
    setter, leaf = _setter(language), Text((Run(words),))
    for width in range(120, 320):
        lines = [
            "".join(piece.text for _, piece in line.pieces)
            for line in setter.set(leaf, STYLE, width).lines
        ]
        joined = "\n".join(line.strip() for line in lines)
        assert not re.search(
            r"\d\n(to|bis|a|Mal|veces|seconds|kg|minute|\d|x|ext|Durch)", joined
        ), joined
        assert not re.search(r"\b(to|bis|a|for|es|with|\(555\)|ext\.|x|Durchwahl|DW)\n\d", joined)
        assert not re.search(r"0142,\n(ext|DW)", joined), joined
        assert not re.search(r"(?i)(weeks?|page|woche|seite|semanas?|página)\n\d", joined), joined


@pytest.mark.parametrize(
    ("language", "words"), [("en", "After week 4 ask us."), ("de", "Nach Woche 4 fragen Sie uns.")]
)
def test_a_number_that_names_a_week_is_not_tied_to_the_word_after_it(
    language: str, words: str
) -> None:
    setter, leaf = _setter(language), Text((Run(words),))
    first = words.partition("4")[0] + "4"
    set_text = setter.set(leaf, STYLE, setter.width(Text((Run(first),)), STYLE) + 1)
    assert "".join(piece.text for _, piece in set_text.lines[0].pieces).strip() == first


def test_what_all_read_is_set_once_for_all_handouts() -> None:
    leaf = (Run("Keep both shoulders on the floor."),)
    lines._cached_lines.cache_clear()
    first, second = (Typesetter(load_fonts()).set(Text(leaf), STYLE, 90).lines for _ in range(2))
    assert first is second
    assert lines._cached_lines.cache_info().hits == 1
