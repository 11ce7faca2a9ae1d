"""Messages read as they were meant: parts, charset, attachment, headers, names in any script."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from handouts import Library, Workspace
from handouts.deliver.mail.message import MailMaker
from handouts.deliver.mail.transport import Refused
from handouts.errors import ContentError, MissingError
from handouts.model.clinic import Clinic
from tests.deliver.mail.letters import PDF, WHEN, clinic, letter


@pytest.fixture(scope="session")
def maker(library: Library) -> MailMaker:
    """Return a maker of the messages of Riverbend."""
    return MailMaker(library, clinic(library))


def parsed(message: EmailMessage) -> EmailMessage:
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def body(message: EmailMessage, kind: str) -> str:
    part = parsed(message).get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text


# --- parts and headers ----------------------------------------------------------------------


def test_parts_are_text_html_and_the_very_pdf(maker: MailMaker) -> None:
    read = parsed(maker.make(letter()))
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    assert [part.get_content_charset() for part in read.walk()][2:4] == ["utf-8", "utf-8"]
    (attachment,) = read.iter_attachments()
    assert attachment.get_content() == PDF
    assert attachment.get_filename() == "Riverbend-SIJ-CALM-3F9A2C.pdf"
    assert attachment.get_content_disposition() == "attachment"
    assert not any(part.defects for part in read.walk())


def test_headers(maker: MailMaker) -> None:
    read = parsed(maker.make(letter(message_id="<1a2b3c@clinic.example>")))
    assert {name: str(read[name]) for name in read.keys()} == {  # noqa: SIM118 - a message is no dict
        "From": "Riverbend Physiotherapy <handouts@clinic.example>",
        "Reply-To": "Riverbend Physiotherapy <handouts@clinic.example>",
        "To": "maria@mail.example",
        "Date": "Sun, 22 Nov 2026 14:30:00 +0100",
        "Message-ID": "<1a2b3c@clinic.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
        "Subject": "Your handout from Riverbend",
        "MIME-Version": "1.0",
        "Content-Type": read["Content-Type"],
        "Content-Language": "en-US",
    }
    assert read["Date"].datetime == WHEN


def test_answers_go_to_the_clinic(library: Library) -> None:
    own = clinic(library, display_name="Räume & Rücken", reply_to="desk@büro.example")
    read = parsed(MailMaker(library, own).make(letter()))
    assert read["Reply-To"].addresses[0].addr_spec == "desk@xn--bro-hoa.example"
    assert read["From"].addresses[0].display_name == "Räume & Rücken"
    assert read["From"].addresses[0].addr_spec == "handouts@clinic.example"
    other = own.model_copy(update={"email": "hello@clinic.example", "mail": clinic(library).mail})
    read = parsed(MailMaker(library, other).make(letter()))
    assert read["Reply-To"].addresses[0].addr_spec == "hello@clinic.example"


def test_a_printed_address_that_is_none_is_told(library: Library) -> None:
    own = clinic(library).model_copy(update={"email": "hello (at) clinic.example"})
    with pytest.raises(ContentError, match=r"riverbend.yaml: email is printed") as caught:
        MailMaker(library, own)
    assert "reply_to" in caught.value.problems[0].hint


def test_same_letter_same_bytes(maker: MailMaker) -> None:
    assert maker.make(letter()).as_bytes() == maker.make(letter()).as_bytes()
    other = maker.make(letter(message_id="<other@clinic.example>"))
    assert maker.make(letter()).get_boundary() != other.get_boundary()


def test_lines_are_short_and_end_in_one_way(maker: MailMaker) -> None:
    content = maker.make(letter(display_name="Ω" * 90)).as_bytes()
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 78


# --- what it says ---------------------------------------------------------------------------


def test_text_says_what_it_is_whom_to_call_and_when_to_stop(maker: MailMaker) -> None:
    for kind in ("plain", "html"):
        text = " ".join(body(maker.make(letter(display_name="Maria")), kind).split())
        for words in (
            "Hello Maria,",
            "Riverbend-SIJ-CALM-3F9A2C.pdf",
            "Stop if pain gets worse. Then call us.",
            "(555) 010-0142",
            "911",
            "please delete it",
        ):
            assert words in text, kind
        assert "password" not in text


def test_without_a_rule_of_its_own_the_stop_rule_is_general(maker: MailMaker) -> None:
    assert "Stop an exercise that makes you feel worse." in body(
        maker.make(letter(stop_rule=None)), "plain"
    )


def test_encrypted_letter_says_how_the_password_comes_and_nothing_of_the_program(
    maker: MailMaker,
) -> None:
    message = maker.make(letter(encrypted=True, stop_rule="Stop if your leg tingles."))
    (attachment,) = parsed(message).iter_attachments()
    assert attachment.get_filename() == "Riverbend-3F9A2C.pdf"
    for kind in ("plain", "html"):
        text = body(message, kind)
        assert "never by e-mail" in text
        assert "3F9A2C" in text
        assert "SIJ" not in text
        assert "leg" not in text
    assert b"SIJ" not in message.as_bytes()


def test_subject_names_neither_patient_nor_program(maker: MailMaker) -> None:
    message = maker.make(letter(display_name="Maria"))
    assert message["Subject"] == "Your handout from Riverbend"
    assert "R-1" not in str(message)
    assert "0123456789ABCDEF" not in str(message)


def test_html_is_branded_escaped_and_fetches_nothing(library: Library) -> None:
    own = clinic(library).model_copy(update={"name": "A & B <Physio>", "address": '1 "Mill" St'})
    text = body(MailMaker(library, own).make(letter(display_name="<script>x</script>")), "html")
    assert "A &amp; B &lt;Physio&gt;" in text
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "1 &#34;Mill&#34; St" in text
    assert '<html lang="en-US" dir="ltr">' in text
    assert f"background: {own.brand.primary}; color: #ffffff" in text
    for word in ("<img", "http:", "https:", "url(", "@import", "src="):
        assert word not in text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("de", "ltr"), ("ar", "rtl")])
def test_what_is_left_of_html_in_a_reader_keeps_its_language(
    library: Library, language: str, direction: str
) -> None:
    """Many mail programs show what stands in the body alone."""
    text = body(MailMaker(library, clinic(library)).make(letter(language=language)), "html")
    inside = text.partition("<body")[2]
    assert f'<div lang="{language}" dir="{direction}"' in inside


def test_a_pale_brand_has_black_words_and_an_edge(library: Library) -> None:
    own = clinic(library)
    yellow = own.brand.model_copy(update={"primary": "#ffd400"})
    own = own.model_copy(update={"brand": yellow})
    text = body(MailMaker(library, own).make(letter()), "html")
    assert "background: #ffd400; color: #000000; border: 1px solid #" in text


@pytest.mark.parametrize(
    ("clinic_name", "file"),
    [
        ("Old Mill", "Old-Mill-SIJ-CALM-3F9A2C.pdf"),
        ("Zürich Žižkov", "Zurich-Zizkov-SIJ-CALM-3F9A2C.pdf"),
        ("康复诊所", "riverbend-SIJ-CALM-3F9A2C.pdf"),
        ("Клиника A", "riverbend-SIJ-CALM-3F9A2C.pdf"),
        ('../a"b\\c', "a-b-c-SIJ-CALM-3F9A2C.pdf"),
    ],
)
def test_attachment_has_a_plain_name(library: Library, clinic_name: str, file: str) -> None:
    own = clinic(library).model_copy(update={"name": clinic_name})
    (attachment,) = parsed(MailMaker(library, own).make(letter())).iter_attachments()
    assert attachment.get_filename() == file


# --- names and addresses --------------------------------------------------------------------


def recipients(message: EmailMessage) -> list[tuple[str, str]]:
    """Return who gets it, as RFC 2047 is read: no space between parts of an encoded name."""
    (line,) = [
        part
        for part in message.as_bytes().decode().replace("\r\n ", " ").split("\r\n")
        if part.startswith("To: ")
    ]
    return [(str(make_header(decode_header(name))), to) for name, to in getaddresses([line[4:]])]


NAMES = [
    "Maria Nuñez-O'Brien",
    "张无忌",
    "محمد عبد الله",
    "Μαρία-Ελένη Παπαδοπούλου-Κωνσταντινίδου",
    "Nguyễn Thị Minh Khai",
    "דוד לוי",
    "สมชาย ใจดี",
    "Smith, Zoë",
    'Ann "Nan" O’Hara; Jr. <a@b.example>',
    "José (Pepe)",
    "a@b.example, c@d.example",
    "Zoë 🌼",
]


@pytest.mark.parametrize("person", NAMES)
def test_names_in_any_script_are_read_as_they_were_written(maker: MailMaker, person: str) -> None:
    message = maker.make(letter(display_name=person))
    assert recipients(message) == [(person, "maria@mail.example")]
    assert f"Hello {person}," in body(message, "plain")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(person=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=90))
@example(person="=?utf-8?q?a=40b.example=2C?= ")
@example(person="Zoë, <x@y.example>, " * 4)
def test_no_name_adds_a_recipient(maker: MailMaker, person: str) -> None:
    message = maker.make(letter(display_name=person))
    ((said, address),) = recipients(message)
    assert address == "maria@mail.example"
    assert said in {person, ""}
    (found,) = parsed(message)["To"].addresses
    assert found.addr_spec == "maria@mail.example"


def test_domain_beyond_ascii_is_punycode(maker: MailMaker) -> None:
    message = maker.make(letter(recipient="zoe@bücher.example"))
    assert recipients(message) == [("", "zoe@xn--bcher-kva.example")]


def test_address_beyond_ascii_is_written_in_utf8(maker: MailMaker) -> None:
    message = maker.make(letter(recipient="zoë@bücher.example", display_name="Zoë"))
    assert "\r\nTo: Zoë <zoë@xn--bcher-kva.example>\r\n".encode() in message.as_bytes()
    assert message.policy.utf8  # type: ignore[attr-defined]  # typeshed knows Policy only


BAD = ["\r", "\n", "\r\n", "\x00", "\x07", "\x0b", "\x85", "\u2028", "\u2029"]
FIELDS = ["code", "language", "recipient", "display_name", "message_id"]


@pytest.mark.parametrize("field", [*FIELDS, "stop_rule"])
@pytest.mark.parametrize("bad", BAD, ids=ascii)
def test_no_field_can_add_a_header(maker: MailMaker, field: str, bad: str) -> None:
    value = f"a{bad}Bcc: eve@mail.example"
    with pytest.raises(Refused, match=f"^{field} contains a control character") as caught:
        maker.make(letter(**{field: value}))
    assert "eve" not in str(caught.value)
    assert caught.value.problems[0].hint


@pytest.mark.parametrize(
    "recipient",
    ["a@b.example,c@d.example", "Maria <a@b.example>", "a@b.example\tc", "a@@b.example", "", "a"],
)
def test_only_one_plain_address_gets_a_message(maker: MailMaker, recipient: str) -> None:
    with pytest.raises(Refused) as caught:
        maker.make(letter(recipient=recipient))
    assert recipient not in str(caught.value) or not recipient.strip("a")


def test_a_clinic_without_mail_settings_is_told_so(library: Library) -> None:
    with pytest.raises(ContentError, match=r"riverbend.yaml: says nothing about e-mail") as caught:
        MailMaker(library, library.clinic("riverbend"))
    assert "docs/emailing.md" in caught.value.problems[0].hint


# --- templates ------------------------------------------------------------------------------


def maker_of(folder: Path, **files: str) -> MailMaker:
    """Return a maker of a clinic's folder with templates of its own."""
    for place, text in files.items():
        language, _, file = place.partition("__")
        path = folder / "mail" / language / file.replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    library = Library(Workspace(folder))
    return MailMaker(library, clinic(library))


def test_a_clinics_own_template_lies_over_the_built_in_one(tmp_path: Path) -> None:
    maker = maker_of(tmp_path, en__subject_txt="{{ clinic.name }}: für Sie\n")
    message = maker.make(letter())
    assert str(parsed(message)["Subject"]) == "Riverbend: für Sie"
    assert "your home exercises" in body(message, "plain")


def test_a_template_that_is_a_link_out_of_the_clinics_folder_is_refused(tmp_path: Path) -> None:
    """Else it would mail a file that is not the clinic's to patients."""
    own = tmp_path / "own"
    (tmp_path / "secret.txt").write_text("between us", "utf-8")
    (own / "mail" / "en").mkdir(parents=True)
    (own / "mail" / "en" / "message.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(ContentError, match=r"mail/en/message.txt: is a link that leads out"):
        maker_of(own).make(letter())


def test_the_letters_language_counts(tmp_path: Path) -> None:
    german = {f"de__{name}": f"Grüße ({name})" for name in ("subject_txt", "message_txt")}
    maker = maker_of(tmp_path, **german, de__message_html="<p>{{ language }} {{ direction }}</p>")
    message = maker.make(letter(language="de-AT"))
    assert str(parsed(message)["Subject"]) == "Grüße (subject_txt)"
    assert body(message, "html").strip() == "<p>de-AT ltr</p>"
    assert parsed(message)["Content-Language"] == "de-AT"
    assert str(parsed(maker.make(letter()))["Subject"]) == "Your handout from Riverbend"
    with pytest.raises(MissingError, match='no e-mail texts in the language "fr"') as caught:
        maker.make(letter(language="fr"))
    assert "mail/fr/subject.txt" in caught.value.problems[0].hint


def test_an_incomplete_language_is_refused(tmp_path: Path) -> None:
    maker = maker_of(tmp_path, fr__subject_txt="Courrier")
    with pytest.raises(ContentError, match=r"mail/message.txt: uses .*does not exist"):
        maker.make(letter(language="fr"))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ patient.diagnosis }}", 'subject.txt: uses "patient", which is not known here'),
        ("{{ code }}", 'uses "code", which is not known here'),
        ("{{ clinic.mail }}", 'uses "mail", which is not known here'),
        ("{{ clinic.secret }}", 'uses "secret", which is not known here'),
        ("a\n{% if %}", r"subject.txt:2: is not a template"),
        ("{{ ''.__class__.__mro__ }}", "subject.txt: cannot be filled in: SecurityError"),
        ("{{ clinic.update({}) }}", "subject.txt:1: uses call, which mail templates cannot use"),
        ("a\n{% for i in range(10**9) %}x{% endfor %}", "subject.txt:2: uses for, which"),
        ("{% for a in 'xxxx' %}{% for b in 'xxxx' %}{% endfor %}{% endfor %}", "1: uses for, wh"),
        ("{{ 'x' * 60000 }}", "subject.txt:1: uses mul, which"),
        ("{{ 9 ** 9 ** 9 }}", "subject.txt:1: uses pow, which"),
        ('{{ "%99999999999d"|format(1) }}', "subject.txt:1: uses the filter format, which"),
        ('{{ "x"|center(10000000000) }}', "subject.txt:1: uses the filter center, which"),
        ('{{ "x".ljust(10000000000) }}', "subject.txt:1: uses call, which"),
        ("{{ lipsum(n=100000) }}", "subject.txt:1: uses call, which"),
        ("{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}", "uses assign, which"),
        ("{% macro m() %}{{ m() }}{% endmacro %}", "subject.txt:1: uses macro, which"),
        ("{% include 'subject.txt' %}", "uses include without a name of its own, which"),
        ("{% include name %}", "uses include without a name of its own, which"),
        ("{% include 'a.txt' %}" * 11, "uses include in what is included, or so often, which"),
        ("(" * 20_000 + "{{ " + "(" * 20_000, "subject.txt: "),
        ("{{ " + "[" * 15_000 + " }}", "subject.txt"),
        ("{{ " + "not " * 10_000 + "1 }}", "subject.txt"),
        ("{% if clinic %}" * 150 + "{% endif %}" * 150, "subject.txt"),
        ("{{ '" + "x" * 200 + "' }}", "a subject of 200 characters"),
        ("  ", "a subject of 0 characters"),
        ("a\x07b", "gives a control character"),
        ("{% include '../../secret.txt' %}", "does not exist"),
        ("{{ 1 / 0 }}", "subject.txt:1: uses div, which"),
    ],
)
def test_a_wrong_template_is_named(tmp_path: Path, template: str, words: str) -> None:
    maker = maker_of(tmp_path, en__subject_txt=template)
    with pytest.raises(ContentError, match=words) as caught:
        maker.make(letter(display_name="Maria"))
    assert caught.value.problems[0].hint
    assert caught.value.problems[0].location.file.startswith("mail/")
    assert "Maria" not in str(caught.value)


def test_an_included_file_may_not_include(tmp_path: Path) -> None:
    (tmp_path / "mail" / "en").mkdir(parents=True)
    for number in range(30):
        below = f"{{% include 'a{number + 1}.txt' %}}" * 2
        (tmp_path / "mail" / "en" / f"a{number}.txt").write_text(f"\n{below}", "utf-8")
    maker = maker_of(tmp_path, en__subject_txt="{% include 'a0.txt' %}")
    with pytest.raises(ContentError, match=r"a0\.txt:2: uses include in what is included"):
        maker.make(letter())


def test_a_text_that_gives_too_much_is_refused(tmp_path: Path) -> None:
    twice = "{% include 'a.txt' %}" * 2
    maker = maker_of(tmp_path, en__message_txt=twice, en__a_txt="long words " * 4000)
    with pytest.raises(ContentError, match=r"message\.txt: gives more than 50,000 characters"):
        maker.make(letter())


def test_what_texts_need_is_there(tmp_path: Path) -> None:
    subject = "{{ clinic.name|upper }}{% if clinic.kind is defined and clinic.phone != '' %}"
    subject += " ({{ clinic.phone|default('-') ~ ', ' ~ clinic.name[0] }}){% endif %}"
    subject += "{% include 'end.txt' %}"
    maker = maker_of(tmp_path, en__subject_txt=subject, en__end_txt=" for you")
    said = str(parsed(maker.make(letter()))["Subject"])
    assert re.fullmatch(r"RIVERBEND \([^,]+, R\) for you", said)


def test_a_subject_over_two_lines_becomes_one(tmp_path: Path) -> None:
    message = maker_of(tmp_path, en__subject_txt="one\nBcc: eve@mail.example\n").make(letter())
    assert str(parsed(message)["Subject"]) == "one Bcc: eve@mail.example"
    assert "Bcc" not in parsed(message)


def test_every_built_in_clinic_can_send(library: Library) -> None:
    for name in library.workspace.ids("clinics"):
        own: Clinic = clinic(library, name)
        text = body(MailMaker(library, own).make(letter(language=own.locale)), "plain")
        assert own.phone in text
        assert "None" not in text
