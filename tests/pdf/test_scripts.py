"""Names and notes in more scripts: drawn as HarfBuzz draws them, read as they were typed."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from bidi.bidi import get_display_inner
from faker import Faker
from PIL import Image, ImageDraw, ImageFont

from handouts import ContentError, Handout, build, make_order
from handouts.compose.runs import Run, Text
from handouts.errors import to_install
from handouts.layout.sheet import TextRun
from handouts.model.base import normalized, printable
from handouts.stamp.press import Press
from handouts.text import bidi, scripts
from handouts.text.faces import load_fonts
from handouts.text.setting import Typesetter, type_style
from handouts.text.words import words_of
from tests.conftest import BUILT_IN, LIBRARY, request_for
from tests.layout.recording import pages_of
from tests.pdf.checks import conforms, is_accessible
from tests.readers import (
    ALIKE,
    assert_strict_readers_accept,
    distance,
    strict_readers,
    text_by_poppler,
)

pytestmark = pytest.mark.slow
STAND_IN = "0123456789ABCDEF"
SIZE = 72
POPPLER_TURNS = {"בן-גוריון", "Ann محمد O’Brien"}
"""Poppler takes a hyphen or a Latin word for the end of what is read from right to left."""

NAMES = {
    "Arabic": ["محمد علي", "فاطمة الزهراء", "عبد الرحمٰن", "لآلئ", "مُحَمَّد"],
    "Persian": ["زهره می‌نژاد", "پریچهر گلچین"],
    "Hebrew": ["יעל כהן", "שָׂרָה לֵוִי", "ד״ר צ׳רני", "בן-גוריון"],
    "Devanagari": ["प्रिया शर्मा", "कृष्णमूर्ति", "लक्ष्मी त्रिपाठी", "श्रीमती ज़रीना"],
    "Bengali": ["সুমন দাস", "কৃষ্ণা চৌধুরী", "শ্রেয়া ব্যানার্জি"],
    "Tamil": ["கார்த்திக் ராஜா", "ஸ்ரீதேவி", "மௌனிகா"],
    "Thai": ["สมชาย ใจดี", "กิ่งแก้ว น้ำทิพย์", "ณัฐวุฒิ"],
    "Khmer": ["សុខ វណ្ណា", "ស្រីពៅ ជ្រឹង"],
    "Armenian": ["Արամ Պետրոսյան", "Երևանյան"],
    "Georgian": ["გიორგი ბერიძე", "ნინო ჩხეიძე"],
    "Chinese": ["李小龙", "陳大文", "𠮷野"],
    "Japanese": ["渡辺 さくら", "ヤマダ タロウ", "葛󠄀城"],
    "Korean": ["김철수", "남궁 민수"],
    "Latin with marks": ["Ọláídé Adébáyọ̀", "Ṱhilidzi", "J̌ana"],
    "mixed": ["李 (Li) Wei", "Ann محمد O’Brien", "Ольга שרה", "Nʻgo ʼOkina"],
}
NOTES = {
    "Arabic": "مرحبا، قم بالتمرين (Bird dog) مرتين لمدة 10 دقائق. اتصل بنا: 555-010-0142.",
    "Hebrew": "עשו את התרגיל (Bridge) פעמיים ביום, 10 דקות.",
    "Devanagari": "दिन में दो बार व्यायाम करें, हर बार 10 मिनट। दर्द 4 से ज़्यादा हो तो रुकें।",
    "Thai": "กรุณาออกกำลังกายทุกวันตอนเช้าและตอนเย็นครั้งละ 10 นาที ถ้าปวดมากให้หยุดพัก",
    "Khmer": "សូមធ្វើលំហាត់ប្រាណរាល់ថ្ងៃ ម្តង 10 នាទី។",
    "Chinese": "每天做两次（早上和晚上），每次10分钟。如果疼痛超过4分，请停下来休息。",
    "Japanese": "毎日10回、ゆっくり行ってください。痛みが強いときは、休みましょう。",
    "Korean": "하루에 두 번, 한 번에 10분씩 천천히 하세요.",
}


def _handout(name: str, note: str | None = None, layout: str = "compact") -> Handout:
    request = request_for(layout=layout, patient={"name": name, "note": note}, token=STAND_IN)
    return build(make_order(LIBRARY, request), BUILT_IN)


def _words(text: str) -> list[str]:
    """The words of a text as a reader gives them, without the signs it adds for directions."""
    plain = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    return unicodedata.normalize("NFC", plain).split()


def _holds(words: list[str], some: list[str]) -> bool:
    return any(words[at : at + len(some)] == some for at in range(len(words)))


# -- read back


@pytest.mark.parametrize("script", NAMES)
def test_a_name_and_a_note_are_read_as_they_were_typed(script: str) -> None:
    layout = "large-print" if script in {"Hebrew", "Thai", "Chinese"} else "standard"
    note = NOTES.get(script)
    handout = _handout(NAMES[script][0], note, layout)
    conforms(handout.pdf, "ua1", "2a")
    is_accessible(handout.pdf, handout.laid_out)
    reading = assert_strict_readers_accept(handout.pdf)
    for text in (reading.mupdf, reading.poppler):
        assert _holds(_words(text), printable(NAMES[script][0]).split())
    if note is not None:
        # MuPDF and poppler part a line where its direction changes.
        said = "".join(_words(reading.mupdf))
        assert all(word in said for word in re.findall(r"[^\W\d_]+", printable(note))), note
    mupdf, press = strict_readers(), Press(LIBRARY)
    for name in NAMES[script][1:]:
        person = {"name": name, "note": None}
        pdf = press.make(request_for(layout="compact", patient=person, token=STAND_IN)).file.pdf
        with mupdf.open(stream=pdf, filetype="pdf") as opened:
            by_mupdf = opened[0].get_text()
        by_poppler = "" if name in POPPLER_TURNS else text_by_poppler(pdf)
        for text in filter(None, (by_mupdf, by_poppler)):
            assert _holds(_words(text), printable(name).split()), name


def test_a_clinics_own_words_are_shaped_too() -> None:
    typeset = Typesetter(load_fonts())
    leaf = Text((Run("Ask for "), Run("د. ליאת", strong=True), Run(" at 10:30.")))
    block = typeset.set(leaf, type_style(12, 16, bold=False), 400)
    assert "".join(piece.text for _, piece in block.lines[0].pieces) == leaf.plain


# -- drawn


def _by_harfbuzz(name: str, file: Path, *, rtl: bool) -> Image.Image:
    """A name set by Pillow's Raqm, which orders with FriBidi and shapes with HarfBuzz."""
    font = ImageFont.truetype(str(file), SIZE, layout_engine=ImageFont.Layout.RAQM)
    if "[" in file.name:
        font.set_variation_by_axes([700])
    image = Image.new("L", (1400, 240), 255)
    ImageDraw.Draw(image).text((40, 40), name, font=font, fill=0, direction="rtl" if rtl else "ltr")
    return image


FAKER_LOCALES = {
    "Arabic": "ar_AA", "Persian": "fa_IR", "Hebrew": "he_IL", "Devanagari": "hi_IN",
    "Bengali": "bn_BD", "Tamil": "ta_IN", "Thai": "th_TH", "Armenian": "hy_AM",
    "Georgian": "ka_GE", "Chinese": "zh_CN", "Japanese": "ja_JP", "Korean": "ko_KR",
}  # fmt: skip
"""Locales that invent more names of a script."""


def _some_words(script: str) -> list[str]:
    """The longest word of each name of a script, and as many of invented ones as make twelve.

    Words alone, as spaces are those of the handout's own face.
    """
    found = {max(re.split("[ -]", name), key=len): None for name in NAMES[script]}
    if script in FAKER_LOCALES:
        faker = Faker(FAKER_LOCALES[script])
        faker.seed_instance(20)
        while len(found) < 12:
            found |= dict.fromkeys(
                word for word in re.split(r"[ .,-]+", faker.name()) if 1 < len(word) < 10
            )
    return [printable(word) for word in found]


@pytest.mark.parametrize("script", [each for each in NAMES if each != "mixed"])
def test_words_are_drawn_as_harfbuzz_draws_them(script: str) -> None:
    """Each is stamped where the first was laid out."""
    words = _some_words(script)
    place = next(
        item
        for item in pages_of(_handout(words[0], layout="standard").laid_out)[0].items
        if isinstance(item, TextRun) and item.text == words[0]
    )
    mupdf, press = strict_readers(), Press(LIBRARY)
    for word in words:
        person = {"name": word, "note": None}
        pdf = press.make(request_for(layout="standard", patient=person, token=STAND_IN)).file.pdf
        # No other cell of the panel begins so near.
        box = (place.x - 2, place.y - place.size * 1.1, place.x + 110, place.y + place.size * 0.5)
        with mupdf.open(stream=pdf, filetype="pdf") as opened:
            shown = opened[0].get_pixmap(
                matrix=mupdf.Matrix(6, 6), clip=box, colorspace=mupdf.csGRAY
            )
        drawn = Image.frombytes("L", (shown.width, shown.height), shown.samples)
        face = load_fonts().face(word, bold=True)
        wanted = _by_harfbuzz(word, face.path, rtl=script in {"Arabic", "Persian", "Hebrew"})
        assert distance(drawn, wanted) < ALIKE, word


# -- order


LETTERS = ["א", "ב", "ع", "م", "a", "b", "7", "4", "١", " ", ".", "-", "(", ")", "[", "]", "%", "+"]


def test_the_order_is_that_of_the_bidirectional_algorithm() -> None:
    chance = random.Random(5)  # noqa: S311 - the same texts each time
    for _ in range(3000):
        text = "".join(chance.choices(LETTERS, k=chance.randint(1, 14)))
        for base, letter in enumerate("LR"):
            levels = bidi._resolved(text, base)
            # Spaces at an end go with the paragraph (rule L1); a line here never ends in one.
            for at in range(len(text.rstrip(" ")), len(text)):
                levels[at] = base
            seen = "".join(text[at] for at in bidi.visual(levels))
            assert seen == get_display_inner(text, letter, False), (text, letter)


def test_numbers_stay_whole_among_letters_from_right_to_left() -> None:
    fonts = load_fonts()
    for number in (
        "555-010-0142",
        "(555) 010-0142",
        "+1 555 010 0142",
        "2026-12-01",
        "10:30",
        "2.5",
    ):
        words = words_of((Run(f"اتصل {number} الآن"),), fonts, 12, bold=False)
        levels = {p.level for w in words for p in w.pieces if re.search(r"\d", p.text)}
        assert levels == {2}, number


def test_a_name_touches_no_order_around_it() -> None:
    fonts = load_fonts()
    runs = (Run("محمد", variable="name"), Run(" does 2 sets, 3 times"))
    words = words_of(runs, fonts, 12, bold=False)
    assert [p.level for w in words for p in w.pieces if p.text != " "] == [1, 0, 0, 0, 0, 0]


# -- lines


def _lines(text: str, width: float) -> list[str]:
    block = Typesetter(load_fonts()).set(Text((Run(text),)), type_style(12, 16, bold=False), width)
    assert all(line.width <= width + 0.01 for line in block.lines)
    return ["".join(piece.text for _, piece in line.pieces) for line in block.lines]


@pytest.mark.parametrize("width", [50, 75, 110, 180])
def test_lines_break_by_the_rules_of_the_script(width: float) -> None:
    thai = ["กรุณา", "ออก", "กำลัง", "กาย", "ทุก", "วัน", "ตอน", "เช้า", "และ", "ตอน", "เย็น"]
    lines = _lines("".join(thai), width)
    assert len(lines) > 1
    left = iter(thai)
    for line in lines:
        rest = line
        while rest:
            word = next(left)
            assert rest.startswith(word), "a break inside of a word"
            rest = rest.removeprefix(word)
    for text in (NOTES["Chinese"], NOTES["Japanese"]):
        plain = printable(text)
        lines = _lines(plain, width)
        assert len(lines) > 1
        assert "".join(lines).replace(" ", "") == plain.replace(" ", "")
        assert not any(line[0] in "，。、）」！？ー" or line[-1] in "（「" for line in lines)
    assert all(
        not unicodedata.category(line[0]).startswith("M") for line in _lines("क्षत्रिय" * 9, width)
    )


# -- stamped, alike, small


def test_a_stamp_gives_the_bytes_that_laying_out_gives() -> None:
    press, stamped = Press(LIBRARY), 0
    people = ["Ann Bell", *(names[0] for names in NAMES.values()), "שרה Levi", "Bea Hall"]
    for number, (layout, note) in enumerate(
        (("compact", "Slowly."), ("fridge", "慢慢来。"), ("standard", "ببطء 2 مرات."))
    ):
        for name in people[number::3]:
            request = request_for(
                layout=layout, patient={"name": name, "note": note}, token=STAND_IN
            )
            pressed = press.make(request)
            stamped += not pressed.laid_out
            assert pressed.file.pdf == build(make_order(LIBRARY, request), BUILT_IN).pdf, name
    assert stamped > 8


def test_a_font_is_never_embedded_whole() -> None:
    plain, other = _handout("Ann Bell", "Slowly."), _handout("李小龙", NOTES["Chinese"])
    assert len(other.pdf) - len(plain.pdf) < 40_000


# -- refused


@pytest.mark.parametrize(
    ("name", "character", "hint"),
    [
        ("Anna 🙂", "U+1F642", "write it in words"),
        ("𒀀𒁀", "U+12000", "Latin, Greek or Cyrillic"),
        ("李\ufe0f", "U+FE0F", "write the letter without the mark"),
        ("a\U0001d165", "U+1D165", "write the letter without the mark"),
    ],
)
def test_what_no_font_has_is_refused(name: str, character: str, hint: str) -> None:
    with pytest.raises(ContentError) as refused:
        _handout(name)
    (problem,) = refused.value.problems
    assert problem.message.startswith(f"no font has the character {character} (")
    assert hint in (problem.hint or "")


def test_what_would_force_an_order_is_refused() -> None:
    for name in ("Ann \u202e21", "Ann \u2067x", "Ann\u200f"):
        with pytest.raises(ValueError, match="cannot be printed"):
            printable(name)


@pytest.mark.parametrize(
    ("name", "extra"),
    [("李小龙", "cjk"), ("محمد", "scripts"), ("प्रिया", "scripts"), ("김철수", "cjk")],
)
def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, name: str, extra: str
) -> None:
    monkeypatch.setattr(scripts, "has_tools", lambda: False)
    with pytest.raises(ContentError) as refused:
        _handout(name)
    (problem,) = refused.value.problems
    assert f"U+{ord(name[0]):04X}" in problem.message
    assert "tried Handout and HandoutFallback" in problem.message
    assert (problem.hint or "").endswith(to_install(extra))
    assert name not in str(problem)


def test_punctuation_is_as_wide_as_the_characters_around_it() -> None:
    assert normalized("每天，两次！ＡＢ１") == "每天，两次！AB1"
    assert normalized("Ａｎｎ，Ｂ") == "Ann,B"


def test_a_handout_in_latin_letters_needs_none_of_it(tmp_path: Path) -> None:
    # ReportLab imports uharfbuzz wherever it is.
    code = (
        "import sys; from handouts.cli.main import cli\n"
        "cli('build si-joint-calm --clinic riverbend --name Zoë -o x.pdf'.split(),"
        " standalone_mode=False)\n"
        "print([m for m in ('bidi', 'icu4py', 'handouts.text.scripts',"
        " 'handouts.text.bidi') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


LOCALES = """
ar_AA ar_SA fa_IR he_IL hi_IN ne_NP bn_BD ta_IN th_TH hy_AM ka_GE zh_CN zh_TW ja_JP ko_KR ru_RU
uk_UA bg_BG el_GR vi_VN pl_PL cs_CZ tr_TR hu_HU lt_LT az_AZ pt_BR es_MX yo_NG de_DE
""".split()
"""Languages of invented names, in the way that Faker names them."""
MOST = 1200
"""Letters of a note."""


@pytest.mark.parametrize("locale", LOCALES)
def test_invented_names_are_read_as_they_were_typed(locale: str) -> None:
    faker = Faker(locale)
    faker.seed_instance(7)
    names = list(dict.fromkeys(faker.name() for _ in range(50)))
    some = [name for at, name in enumerate(names, 1) if len(", ".join(names[:at])) < MOST]
    assert len(some) > 30
    pages = assert_strict_readers_accept(_handout("Ann", ", ".join(some)).pdf).mupdf
    # A name may go on on the next line.
    text = "".join(_words(pages))
    assert [name for name in some if "".join(_words(printable(name))) not in text] == []
