"""A whole handout in each script: every text of it, laid out, tagged and read back.

No translator wrote these texts: the words of the English ones are exchanged for words of the
script, which breaks lines, mixes in numbers and takes room as a translation would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel import Locale as BabelLocale
from msgspec.structs import replace

from handouts import Library, Workspace, build, make_order
from handouts.check.translation_files import translation_file
from handouts.check.translations import Translation, translations
from handouts.load.texts import TRANSLATED
from handouts.load.translation import texts_digest
from handouts.load.yaml import parse
from tests.conftest import TODAY, request_for
from tests.pdf.checks import conforms, is_accessible
from tests.readers import assert_strict_readers_accept

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
WORDS = {
    "he": "ברך רגל לאט יום הרימו כאב שתי ידיים עד שמרגישים",
    "hi": "घुटना पैर धीरे दिन उठाएँ दर्द दोनों हाथ जब तक महसूस",
    "ta": "முழங்கால் கால் மெதுவாக நாள் உயர்த்தவும் வலி இரண்டு கைகள்",
    "th": "เข่า ขา ช้าๆ วัน ยกขึ้น ปวด ทั้งสอง มือ จนกระทั่ง รู้สึก",
    "km": "ជង្គង់ ជើង យឺតៗ ថ្ងៃ លើក ឈឺ ទាំងពីរ ដៃ",
    "zh": "膝盖 腿 慢慢 每天 抬起 疼痛 双手 直到 感觉 休息",
    "ja": "ひざ 足 ゆっくり 毎日 上げる 痛み 両手 まで 感じる 休む",
    "ko": "무릎 다리 천천히 하루 올리세요 통증 양손 느낄 때까지",
    "ru": "колено нога медленно день поднимите боль обе руки пока",
}
"""Words of each language: from right to left, joined, with marks above and below, unspaced, plain.

Other scripts that are set as one of these are tried with names, in `test_scripts`.
"""
UNSPACED = {"th", "km", "zh", "ja"}
LAYOUTS = ("standard", "compact", "large-print", "fridge")
PLURALS = {"zero", "one", "two", "few", "many", "other"}
KEPT = {"schema", "extends", "id"}


def exchanged(language: str) -> Callable[[str], str]:
    """Return what exchanges the words of a text, and keeps braces and numbers."""
    words, number = WORDS[language].split(), count()
    joint = "" if language in UNSPACED else " "

    def word() -> str:
        return words[next(number) % len(words)]

    def exchange(text: str) -> str:
        pieces = re.split(r"(\{[^{}]*\}|\d+|[^\w\s{}]+)", text)
        made = [
            re.sub(r"^\{[^{}:]+:", lambda _: "{" + word() + ":", piece)
            if piece.startswith("{")
            else joint.join(word() for _ in piece.split()[:6])
            if piece.strip() and not re.fullmatch(r"\d+|[^\w\s{}]+", piece)
            else piece
            for piece in pieces
        ]
        spaced = (f" {piece} " if piece.startswith("{") else piece for piece in made)
        return " ".join("".join(spaced).split())

    return exchange


def locale_of(language: str, exchange: Callable[[str], str]) -> dict[str, Any]:
    """Return the English words of the program in a language, in its plural forms."""
    rules = BabelLocale.parse(language)
    forms = {
        kind: {form(n) for n in range(200)} | {"other"}
        for kind, form in (("nth", rules.ordinal_form), ("", rules.plural_form))
    }

    def changed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict) and value.keys() <= PLURALS:
            needed = forms["nth" if key.startswith("nth") else ""]
            return dict.fromkeys(sorted(needed), exchange(value["other"]))
        if isinstance(value, dict):
            return {name: changed(each, name) for name, each in value.items()}
        # Signs of units and scales are short, and stay.
        return value if key == "sign" else exchange(value)

    english = parse((ROOT / "data" / "locales" / "en.yaml").read_bytes(), "en.yaml").value
    return {
        key: value if key in KEPT else changed(value, key) for key, value in english.items()
    } | {"name": language}


@pytest.fixture(scope="module")
def originals() -> list[Translation]:
    """Return what is to be translated for a handout: the same for all that have nothing yet."""
    library = Library(Workspace(today=TODAY))
    program = library.program("si-joint-calm")
    needed = {
        *(item.exercise for item in program.prescriptions),
        "si-joint-calm", "low-back", "base",
    }  # fmt: skip
    return [
        each
        for each in translations(library.in_language(next(iter(WORDS))))
        if each.kind in TRANSLATED and each.id in needed
    ]


@pytest.mark.parametrize("language", WORDS)
def test_a_whole_handout_in_a_script(
    language: str, originals: list[Translation], tmp_path: Path
) -> None:
    exchange = exchanged(language)
    folder = tmp_path / "clinic"
    (folder / "locales").mkdir(parents=True)
    words = json.dumps(locale_of(language, exchange), ensure_ascii=False)  # JSON is YAML
    (folder / "locales" / f"{language}.yaml").write_text(words, "utf-8")
    workspace = Workspace(folder, today=TODAY)
    for each in originals:
        target = folder / each.kind / language / f"{each.id}.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        given = {path: exchange(text) for path, text in each.texts.items()}
        target.write_bytes(translation_file(replace(each, given=given), language))
    clinic = folder / "clinics" / language / "riverbend.yaml"
    clinic.parent.mkdir(parents=True)
    kind = {"translates": texts_digest({("kind",): "Physiotherapy"}), "kind": exchange("Physio")}
    clinic.write_text(yaml.safe_dump({"schema": 1, **kind}, allow_unicode=True), "utf-8")
    layout = LAYOUTS[list(WORDS).index(language) % len(LAYOUTS)]
    order = make_order(Library(workspace), request_for(layout=layout, language=language))
    handout = build(order, workspace)
    assert handout.laid_out.document.language.startswith(language)
    conforms(handout.pdf, "ua1", "2a")
    is_accessible(handout.pdf, handout.laid_out)
    reading = assert_strict_readers_accept(handout.pdf)
    said = "".join(reading.mupdf.split())
    for word in WORDS[language].split():
        assert word in said, word
