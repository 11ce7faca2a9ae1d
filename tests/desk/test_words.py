"""All that the desk says stands in its files of words, in each of its languages."""

from __future__ import annotations

import ast
import contextlib
import datetime as dt
import re
import string
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from typing_extensions import override

import handouts.desk
from handouts.check.review import ELSEWHERE, texts_of_program
from handouts.check.search import Place
from handouts.desk.changes import written_dose
from handouts.desk.language import USUAL, languages, words_of
from handouts.desk.views import as_one_line
from handouts.errors import Problem
from handouts.figures.facts import FLOOR, POINTS
from handouts.figures.limits import RANGES
from handouts.load.library import Library
from handouts.load.roster.cells import CellError, read_dose, read_lookups, read_moment
from handouts.load.roster.table import plain
from handouts.load.yaml import parse
from handouts.model.base import Region
from handouts.model.dosage import Weekday
from handouts.model.exercise import DoseKind, Exercise, ExerciseKind, Sides
from handouts.model.locale import plural_forms
from handouts.model.photo import PhotoConsent, Shows
from handouts.model.props import Prop
from handouts.model.roster import Column
from handouts.workspace import Kind as Content
from handouts.workspace import Workspace

LIMBS = ("upper_arm", "forearm", "hand", "thigh", "shank", "foot", "arm", "leg")
DESK = Path(handouts.desk.__file__).parent
WORDS = {
    name: parse((DESK / "words" / f"{name}.yaml").read_bytes(), name).value for name in languages()
}
MESSAGES = {
    name: parse((DESK / "messages" / f"{name}.yaml").read_bytes(), name).value
    for name in languages()
    if name != USUAL
}
SAID = {"placeholder", "aria-label", "title", "alt", "label"}
"""Attributes that are read by people."""
NAMES = {"UTF-8"}
KINDS: dict[str, Sequence[str]] = {
    "region": list(Region), "place": list(Place), "kind": list(ExerciseKind),
    "dose_kind": list(DoseKind),
    "sides": list(Sides), "shows": list(Shows), "column": list(Column),
    "limb": get_args(Exercise.model_fields["limb"].annotation),
    "who": get_args(PhotoConsent.model_fields["who"].annotation),
    "layout": Workspace().ids(Content.LAYOUTS), "days": list(Weekday),
    "first_move": ("up", "down"),
    "part": (
        *{point.removeprefix("left_").removeprefix("right_") for point in (*POINTS, *LIMBS)},
        *{each.joint for each in RANGES}, *{each.movement.replace(" ", "_") for each in RANGES},
        *Prop.model_fields, FLOOR,
    ),
}  # fmt: skip
"""What is chosen from lists: each has a name."""
FOR_PROGRAMS = ("api", "fhir", "serve", "accounts")
"""These speak to programs, or on the command line, which is English."""


class Literals(HTMLParser):
    """Gathers what a page says."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        super().__init__()
        self.found: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in SAID]

    @override
    def handle_data(self, data: str) -> None:
        self.found.append(data)


@pytest.mark.parametrize(
    "template", sorted((DESK / "templates").iterdir()), ids=lambda each: each.name
)
def test_templates_say_nothing_themselves(template: Path) -> None:
    read = Literals()
    read.feed(re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", template.read_text("utf-8"), flags=re.DOTALL))
    said = {words.strip() for words in read.found if re.search(r"[A-Za-z]", words)}
    assert said <= NAMES


def sentences(tree: ast.AST) -> Iterator[str]:
    """Yield texts of some words that are no descriptions of code."""
    described = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # fmt: skip
    for node in ast.walk(tree):
        words = node.value if isinstance(node, ast.Constant) and id(node) not in described else ""
        if isinstance(words, str) and re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", words):
            yield words


def test_code_says_nothing_itself() -> None:
    for file in sorted(DESK.glob("*.py")):
        if not file.name.startswith(FOR_PROGRAMS):
            assert list(sentences(ast.parse(file.read_text("utf-8")))) == [], file.name
    for script in (DESK / "static").glob("*.js"):
        bare = re.sub(r"//.*", "", script.read_text("utf-8"))
        assert re.findall(r"""["'`][A-Z][a-z]+ [a-z]+[^"'`]*["'`]""", bare) == []


def test_what_is_asked_for_is_there_and_nothing_else() -> None:
    files = [*(DESK / "templates").iterdir(), *DESK.glob("*.py")]
    text = "\n".join(file.read_text("utf-8") for file in files)
    asked = set(re.findall(r"""["']([a-z0-9]+(?:_[a-z0-9]+)*)["']""", text))
    # Some are put together: a beginning or an end, and a name.
    begun = tuple(re.findall(r"""["']([a-z_]+_)(?:["'] ~|{)""", text))
    ended = tuple(re.findall(r"""(?:~ ["']|})(_[a-z_]+)["']""", text))
    kinds = tuple(f"{kind}_" for kind in (*KINDS, "role", "text"))
    words = set(WORDS["en"]) - asked
    words -= {key for key in words if key.startswith((*kinds, *begun)) or key.endswith(ended)}
    assert words == set()
    said = set(re.findall(r"""\b(?:t|words\)?)\(["']([a-z_]+)["'][,)]""", text))
    assert said - set(WORDS["en"]) == set()


@pytest.mark.parametrize("language", languages())
def test_every_language_says_all_of_it(language: str) -> None:
    words = WORDS[language]
    assert set(words) == set(WORDS["en"])
    for key, said in words.items():
        forms = said if isinstance(said, dict) else {"other": said}
        english = WORDS["en"][key]
        for form in forms.values():
            assert form.strip()
            assert _braces(form) == _braces(english["other"] if forms is said else english), key
        # What is counted is said as the language counts, and nothing else is.
        assert ("{count}" in forms["other"]) == (forms is said), key
        assert forms is not said or set(forms) == plural_forms(language)[0], key
    for kind, values in KINDS.items():
        assert [value for value in values if f"{kind}_{value}" not in words] == []


@pytest.mark.parametrize("language", languages())
def test_doses_and_dates_of_the_desk_are_read_as_they_are_meant(language: str) -> None:
    """What fields are written as, examples, and the doses in quotes that messages show."""
    words, english = words_of(language), WORDS["en"]
    for fields in (
        {"sets": "3", "repetitions": "8-12", "hold": "5", "times": "2", "days": "3-5"},
        {"sets": "1", "hold": "?", "times": "1", "days": "1"},
        {"repetitions": "1"},
        {"sets": " ", "repetitions": "10", "days": "3"},
    ):
        written = written_dose(fields, words)
        assert read_dose(written) == read_dose(written_dose(fields, words_of(USUAL))), written
    assert written_dose({"sets": "", "other": "3"}, words) == ""
    for example in ("dose_example", "example_dosage"):
        assert read_dose(WORDS[language][example]) == read_dose(english[example])
    visit = read_moment(WORDS[language]["visit_example"], None)
    assert visit == read_moment(english["visit_example"], None)
    shown = 0
    for message, said in MESSAGES.get(language, {}).items():
        for dose in _doses_in(message):
            assert read_dose(dose) in map(read_dose, _doses_in(said)), said
            shown += 1
    assert language == USUAL or shown > 5


def _doses_in(message: str) -> list[str]:
    """Return the doses that a message is, or shows in quotes."""
    found = []
    for text in (message, *re.findall(r'["“„]([^"“”]+)["“”]', message)):
        with contextlib.suppress(CellError):
            read_dose(text)
            found.append(text)
    return found


@pytest.mark.parametrize("language", MESSAGES)
def test_the_name_of_an_exercise_is_not_taken_for_a_field(language: str) -> None:
    library, words = Library(Workspace()).in_language(language), words_of(language)
    found = "hold of 5 s is unusual: please check it"
    names = {library.exercise(each).name for each in library.workspace.ids(Content.EXERCISES)}
    assert len(names) > 100
    for name in names:
        assert words.translation(f"{name}: {found}") == f"{name}: {words.translation(found)}"


def test_numbers_dates_and_letters_are_those_of_the_country() -> None:
    message = "the picture bends a hip by 4.5 degrees"
    consent = "the consent ended on 2026-12-01"
    when = dt.datetime(2026, 11, 30, 17, 5)  # noqa: DTZ001 - it is shown as it is
    for tag, number, day, time in (
        ("de-DE", "4,5", "01.12.2026", "30.11.2026, 17:05"),
        ("de-CH", "4.5", "01.12.2026", "30.11.2026, 17:05"),
        ("de-XX", "4,5", "01.12.2026", "30.11.2026, 17:05"),
        ("es-US", "4.5", "1 dic 2026", "30 nov 2026, 17:05"),
        ("es-ES", "4,5", "1 dic 2026", "30 nov 2026, 17:05"),
    ):
        words = words_of(tag)
        assert number in str(words.translation(message)), tag
        assert day in str(words.translation(consent)), tag
        assert words.moment(when).replace("\u202f", " ").startswith(time[:-6]), tag
    assert words_of("de-AT")("limb_foot") == "Fuß"
    swiss = words_of("de-CH")
    assert swiss("limb_foot") == "Fuss"
    assert swiss.translation("the workbook is too large") == "die Arbeitsmappe ist zu gross"


def _braces(said: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(said) if name}


# -- messages of the library


def _literals(template: str) -> tuple[str, ...]:
    """Return what a template says itself, between its values."""
    parts = [""]
    for literal, name, _, _ in string.Formatter().parse(template):
        parts[-1] += literal
        if name is not None:
            parts.append("")
    return _bare(parts)


def _bare(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(bare for part in parts if (bare := part.strip(" ;,")))


def _texts_of_code() -> Iterator[tuple[str, ...]]:
    """Yield what each text of the library says itself, and that before ", not" and a value."""
    for file in sorted(DESK.parent.rglob("*.py")):
        if DESK in file.parents:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                said = _bare(str(p.value) for p in node.values if isinstance(p, ast.Constant))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                said = _bare(node.value.split("{}"))
            else:
                continue
            yield said
            if said:
                yield _bare((*said[:-1], said[-1].removesuffix("not")))


def _texts_of_data() -> Iterator[tuple[str, ...]]:
    data = Workspace()
    codes = parse(data.builtin("data/mail/codes.yaml").read_bytes(), "codes").value
    for each in (*codes["codes"], *codes["graph"]):
        yield from ((each["means"],), (each["do"],))
    for reason in parse(data.builtin("data/roster.yaml").read_bytes(), "roster").value["inactive"]:
        yield (reason,)


def test_every_translated_message_is_one_of_the_library() -> None:
    said = {*_texts_of_code(), *_texts_of_data()}
    for language, messages in MESSAGES.items():
        gone = [template for template in messages if _literals(template) not in said]
        assert gone == [], language
        for template, translated in messages.items():
            assert translated.strip()
            assert _braces(translated) <= _braces(template), template


FAULTS = {"Problem", "ContentError", "Unfit", "_refuse", "ValueError", "Stopped", "NotNow",
          "Refused", "Unsure"}  # fmt: skip
"""What is called with a message, and most with a hint."""
MET_AT_THE_DESK = ("logos/*.py", "load/yaml.py", "model/photo.py", "model/figure.py",
                   "model/props.py", "deliver/mail/connect.py", "deliver/mail/smtp.py",
                   "deliver/mail/transport.py", "deliver/mail/graph.py")  # fmt: skip
"""Whose messages are all translated: logos, photographs, poses, and why no mail can be sent."""
FOR_THE_COMMAND = {
    "an attachment without a name or content", "the service gave an address without encryption",
    "Microsoft Graph gave no", "ask the provider", "correct the template",
    "the message contains a lone CR or LF",
}  # fmt: skip


@pytest.mark.parametrize("language", MESSAGES)
def test_what_is_met_at_the_desk_is_translated(language: str) -> None:
    told = {_literals(template) for template in MESSAGES[language]}
    said = {text for text in _texts_of_data() if text[0]}
    for pattern in MET_AT_THE_DESK:
        for file in sorted(DESK.parent.glob(pattern)):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                if isinstance(node, ast.Call) and called.rpartition(".")[2] in FAULTS:
                    said.update(_messages_of(node))
    assert len(said) > 200
    lacking = {text for text in said - told if not FOR_THE_COMMAND & set(text)}
    assert lacking == set()


def _messages_of(call: ast.Call) -> Iterator[tuple[str, ...]]:
    """Yield what a call says in words of its own."""
    given = [*call.args, *(word.value for word in call.keywords)]
    for node in given:
        if isinstance(node, ast.JoinedStr):
            said = _bare(str(p.value) for p in node.values if isinstance(p, ast.Constant))
        else:
            text = node.value if isinstance(node, ast.Constant) else None
            said = _bare([text]) if isinstance(text, str) else ()
        if any(" " in part for part in said):
            yield said


@pytest.mark.parametrize("language", MESSAGES)
def test_findings_of_pictures_name_parts_of_the_body(language: str) -> None:
    words = words_of(language)
    points = [point.replace("_", " ") for point in (*POINTS, "left upper_arm", "right hand")]
    for point in points:
        told = words.translation(f"end: the {point} is 2.1 units inside the stability ball")
        part = words.named("part", point.split()[-1] if " " in point else point)
        assert told is not None, point
        assert words.named("part", "stability_ball") in told
        assert (f"{words('part_right', part='')}" in told) == point.startswith("right"), told
        assert part.split()[-1] in told or " " in point, point
    for each in RANGES:
        bent = f"start: {each.movement} of the left {each.joint} is 200 degrees"
        told = words.translation(f"{bent}; people reach -15 to 120")
        assert told is not None
        assert words.named("part", each.joint) in told
        assert words.translation(each.source) is not None


@pytest.mark.parametrize("language", languages())
def test_a_column_is_known_by_what_the_desk_calls_it(language: str) -> None:
    known = read_lookups(Library(Workspace())).columns
    called = {column: words_of(language).named("column", column) for column in Column}
    assert {column: known.get(plain(name)) for column, name in called.items()} == {
        column: column for column in Column
    }


def test_a_field_has_its_name_but_not_in_what_is_quoted() -> None:
    said = words_of(USUAL).translation(
        'next_visit must be text; the list has a column "next_visit"'
    )
    assert said == 'next visit must be text; the list has a column "next_visit"'
    wrong = Problem("until must be a date", hint="change until, or remove it")
    until = words_of(USUAL)("photo_until")
    said = as_one_line(wrong, words_of(USUAL))
    assert said == f"{until} must be a date; change {until}, or remove it"


@pytest.mark.parametrize("language", [each for each in languages() if each != USUAL])
def test_a_message_is_translated_after_its_place_too(language: str) -> None:
    words = words_of(language)
    for message in ("the program ours has no text in German", "a [ or { is not closed"):
        said = words.translation(message)
        assert said is not None
        for place in ("programs/ours.yaml", "programs/ours.yaml:2:1"):
            assert words.translation(f"{place}: {message}") == f"{place}: {said}"


@pytest.mark.parametrize("language", languages())
def test_a_message_may_quote_a_long_text(language: str) -> None:
    words, quoted = words_of(language), "long words stand here " * 500
    known = f"si-joint-calm has no text in {quoted}"
    assert "si-joint-calm" in (words.translation(known) or "")
    assert (words.translation(known) == known) is (language == USUAL)
    unknown = f"{quoted}is not a language: {quoted}; {quoted}"
    assert words.translation(unknown) in {None, unknown}


def test_a_hint_follows_a_sentence_as_a_sentence() -> None:
    for language in languages():
        words = words_of(language)
        for key in ("exercise_example", "clinic_unspoken", "own_no_safety"):
            said = as_one_line(Problem(words(key), hint="Do it."), words)
            assert ".;" not in said


@pytest.mark.parametrize("language", languages())
def test_a_review_has_words_for_every_key(language: str) -> None:
    library = Library(Workspace())
    texts = (
        text.words
        for program in library.workspace.ids(Content.PROGRAMS)
        for text in texts_of_program(library, program)
    )
    keys = {key for text in texts for key in _keys(text)}
    assert len(keys) > 40
    assert {key for key in keys if f"text_{key}" not in WORDS[language]} == set()


def _keys(content: Any) -> Iterator[str]:
    for key, each in content.items() if isinstance(content, dict) else enumerate(content):
        # The keys of doses by week are numbers.
        if isinstance(key, str) and key not in ELSEWHERE and not key.isdigit():
            yield key
        if isinstance(each, dict | list) and key not in ELSEWHERE:
            yield from _keys(each)
