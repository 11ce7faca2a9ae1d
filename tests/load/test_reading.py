"""Files that are no YAML at all, YAML 1.2 scalars, and what a person may write in passing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from yaml.error import MarkedYAMLError

from handouts.errors import ContentError, HandoutError, MissingError
from handouts.load.library import Library
from handouts.load.yaml import parse, syntax_problem
from handouts.workspace import Workspace


def read(text: str) -> dict[str, Any]:
    return parse(text.encode(), "test.yaml").value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("1:30", "1:30"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("+7", 7),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("2026-03-02", "2026-03-02"),
        ("12345678901234567890", "12345678901234567890"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'null'", "null"),
        ('"10"', "10"),
        ("10-15", "10-15"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, meant: Any) -> None:
    value = read(f"key: {written}\n")["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_block_scalars_are_text() -> None:
    assert read("a: |\n  10\nb: >-\n  one\n  two\n") == {"a": "10\n", "b": "one two"}


def test_keys_are_text() -> None:
    assert read("1: a\nno: b\nnull: c\n") == {"1": "a", "no": "b", "null": "c"}


def test_aliases_repeat_a_value() -> None:
    assert read("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}


def test_a_byte_order_mark_and_windows_lines_are_no_problem() -> None:
    source = parse(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "test.yaml")
    assert source.value == {"a": 1, "b": 2}
    assert (source.location("b").line, source.location("b").column) == (2, 4)


def test_a_million_brackets_are_refused_quickly() -> None:
    with pytest.raises(ContentError, match="nested more than 40 levels deep"):
        parse(b"a: " + b"[" * 900_000, "test.yaml")
    # Newer releases of PyYAML stop by themselves.
    error = MarkedYAMLError("while increasing flow level", None, "exceeded maximum nesting depth")
    said = syntax_problem(error, "a: [", "test.yaml")
    assert said.message == "nested more than 40 levels deep"


def test_doubling_aliases_are_refused_before_they_are_written_out() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 35)]
    with pytest.raises(ContentError, match="more than 50000 values"):
        parse("\n".join(lines).encode(), "test.yaml")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "x.yaml: the file is empty"),
        (b"# nothing\n", "x.yaml: the file is empty"),
        (b"~\n", "x.yaml: the file is empty"),
        (b"a: 1\nb: caf\xe9\n", "x.yaml:2:7: the file is not UTF-8 text"),
        ("a: é\nb: é".encode("utf-16"), "x.yaml:1:1: the file is not UTF-8 text"),
        (b"a: 1\nb: \x07\n", "x.yaml:2:4: control character U+0007"),
        (b"a: \x00", "x.yaml:1:4: control character U+0000"),
    ],
)
def test_what_is_no_text_is_said_with_its_place(data: bytes, problem: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse(data, "x.yaml")
    (found,) = caught.value.problems
    assert str(found).splitlines()[0] == problem
    assert found.hint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "exercises").mkdir()
    return tmp_path


def test_a_huge_file_is_refused_unread(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "exercises" / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    library = Library(Workspace(folder))

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the file was opened")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ContentError) as caught:
        library.exercise("huge")
    assert str(caught.value) == (
        "exercises/huge.yaml: the file has 50.0 MB, more than the 1 MB allowed\n"
        "    hint: content files are a few kilobytes, logos under 2 MB, photographs under 30 MB: "
        "is this the right file?"
    )


def test_a_folder_named_like_a_file_is_refused(folder: Path) -> None:
    (folder / "exercises" / "odd.yaml").mkdir()
    with pytest.raises(ContentError, match=r"exercises/odd\.yaml: is not a file"):
        Library(Workspace(folder)).exercise("odd")


def test_a_file_name_that_is_no_id_is_said(folder: Path) -> None:
    (folder / "exercises" / "Bird-Dog.yaml").write_text("schema: 1\n")
    with pytest.raises(ContentError) as caught:
        Library(Workspace(folder)).exercise("Bird-Dog")
    assert "exercises/Bird-Dog.yaml: the file name is not a valid id" in str(caught.value)


@pytest.mark.parametrize("name", ["../secret", "a/b", "..", "", "a.b", "/etc/passwd", "a\\b"])
def test_no_id_leads_out_of_its_folder(name: str) -> None:
    with pytest.raises(MissingError, match="is not an id of exercise"):
        Library(Workspace()).exercise(name)


def test_an_unknown_id_names_the_closest() -> None:
    with pytest.raises(MissingError) as caught:
        Library(Workspace()).exercise("bird-dgo")
    assert str(caught.value) == (
        'there is no exercise "bird-dgo"\n    hint: did you mean "bird-dog"?'
    )


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no folder"):
        Workspace(tmp_path / "nowhere")


PATIENT = "Nuñez"


@pytest.mark.parametrize(
    "text",
    [
        f"name: [{PATIENT}]\n",
        f"{PATIENT}: x\n",
        f"{PATIENT}: 1\n{PATIENT}: 2\n",
        f"affected_side: {PATIENT}\n",
        f"start_date: {PATIENT}\n",
        f"name: {PATIENT}: x\n",
        f"next_visit: {PATIENT}\n",
        f'name: "\\u200f {PATIENT}"\n',
        f"note: {PATIENT * 300}\n",
        f"schema: {PATIENT}\n",
    ],
)
def test_no_message_quotes_a_patient(text: str, tmp_path: Path) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        Library(Workspace()).patient(path)
    assert PATIENT not in str(caught.value)
    assert all(problem.location.line for problem in caught.value.problems)


def test_a_patient_is_read(tmp_path: Path) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text("schema: 1\nname: Ann Lee\naffected_side: left\nstart_date: 2026-03-02\n")
    patient = Library(Workspace()).patient(path)
    assert patient.name == "Ann Lee"
    assert str(patient.affected_side) == "left"
    assert str(patient.start_date) == "2026-03-02"


def test_a_file_with_problems_is_read_once_and_fails_the_same_again(folder: Path) -> None:
    path = folder / "exercises" / "bad.yaml"
    path.write_text("schema: 1\n")
    library = Library(Workspace(folder))
    with pytest.raises(HandoutError) as first:
        library.exercise("bad")
    path.unlink()
    with pytest.raises(HandoutError) as again:
        library.exercise("bad")
    assert again.value.problems == first.value.problems
