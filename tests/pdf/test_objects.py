"""The writer's notation: what PDF readers must be able to take apart again."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from handouts.pdf.objects import Name, Raw, Ref, Stream, Value, encode, number
from handouts.pdf.pdf_document import PdfDocument
from handouts.stamp.update import block_of, shared_base


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, b"null"),
        (True, b"true"),
        (False, b"false"),
        (12, b"12"),
        (-0.001, b"-0.001"),
        (-0.00001, b"0"),
        (612.0, b"612"),
        (1 / 3, b"0.3333"),
        (Name("Type"), b"/Type"),
        ("a (b) \\ c", b"(a \\(b\\) \\\\ c)"),
        ("a\n", b"(\xfe\xff\x00a\x00\\n)"),
        ("Łó", b"(\xfe\xff\x01A\x00\xf3)"),
        (b"\x00\xff", b"<00ff>"),
        (Ref(7), b"7 0 R"),
        (Raw(b"<<>>"), b"<<>>"),
        ((1, Name("A"), [2.5]), b"[1 /A [2.5]]"),
        ({"A": 1, "B": {"C": Name("D")}}, b"<</A 1/B <</C /D>>>>"),
    ],
)
def test_values_are_written(value: Value, written: bytes) -> None:
    assert encode(value) == written


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(TypeError, match="object is not a PDF object"):
        encode(object())  # type: ignore[arg-type]


@given(st.floats(min_value=-1e5, max_value=1e5))
def test_numbers_stay_within_a_hundredth(value: float) -> None:
    written = number(value)
    assert re.fullmatch(r"-?\d+(\.\d{1,2})?", written)
    assert abs(float(written) - value) <= 0.005 + 1e-9


def _whole(file: PdfDocument, root: Ref, about: dict[str, str]) -> bytes:
    """A file with what it says of itself, which belongs to one patient's part."""
    info = file.reserve()
    shared = shared_base(file.bodies({info.number}), {info.number}, root.number, info.number)
    return shared.complete([block_of([(info.number, encode(about))])]).pdf


@given(st.text(max_size=40), st.binary(max_size=60))
def test_a_file_reads_back(text: str, data: bytes) -> None:
    """Any title and any stream come back as they were, through packed objects."""
    text = text.encode("utf-16", "ignore").decode("utf-16")
    file = PdfDocument()
    stream = file.add(Stream(data, plain=True))
    pages = file.reserve()
    root = file.add({"Type": Name("Catalog"), "Pages": pages, "Data": stream})
    file.fill(pages, {"Type": Name("Pages"), "Kids": [], "Count": 0})
    pdf = _whole(file, root, {"Title": text})
    reader: Any = PdfReader(io.BytesIO(pdf), strict=True)
    assert reader.root_object["/Data"].get_data() == data
    assert (reader.metadata or {})["/Title"] == text
    assert b"\r\nendstream" in pdf


def test_the_id_is_a_digest_of_the_content() -> None:
    def made(title: str) -> bytes:
        file = PdfDocument()
        root = file.add({"Type": Name("Catalog")})
        return _whole(file, root, {"Title": title})

    def identity(pdf: bytes) -> bytes:
        found = re.search(rb"/ID \[(<[0-9a-f]{32}>) \1\]", pdf)
        assert found
        return found[1]

    assert made("one") == made("one")
    assert identity(made("one")) != identity(made("two"))


def test_streams_are_compressed_unless_plain() -> None:
    packed = Stream(b"a" * 400).encoded()
    assert b"/FlateDecode" in packed
    inside = packed.split(b"stream\n", 1)[1].removesuffix(b"\r\nendstream")
    assert zlib.decompress(inside) == b"a" * 400
    assert Stream(b"a" * 400, plain=True).encoded().count(b"a") >= 400


def test_streams_that_would_not_get_shorter_stay_as_they_are() -> None:
    assert Stream(b"q 1 0 0 1 36 402.5 cm").encoded().count(b"402.5 cm") == 1
