"""Turn a finished PDF, or a message, into all that contradicts manifest and roster.

This is the last check before sending. The file is opened and read, and the bytes of the message are
parsed as a mail program would parse them. So a mistake is found wherever it was made.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Collection, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import HeaderParser

import pikepdf
from pypdf import PageObject, PdfReader

from handouts.deliver.finished_pdf import open_pdf
from handouts.deliver.inspect import opened
from handouts.deliver.mail.message import Letter, Mailbox, addresses_of, decoded, read_mailbox
from handouts.deliver.mail.transport import Refused
from handouts.deliver.manifest import ManifestEntry
from handouts.deliver.tags import marked_text
from handouts.errors import ContentError, Problem
from handouts.files import sha256_of
from handouts.stamp.build import DRAFT

_REMAKE = "remove it, and run the batch again with --resume"
_GAP = "\x1f"
"""Separates the marks of a page, and replaces white space within a mark."""
_CUT = "\x1e"
"""Replaces the ellipsis, which normalization would turn into three full stops."""
_SPACE = re.compile(rf"[^\S{_CUT}]")
_SEEN = 20
"""The fewest letters of a shortened name before the ellipsis."""
_SAME = str.maketrans(dict.fromkeys("’‘ʼ`´", "'") | dict.fromkeys("‐‑–−", "-") | {"\xad": ""})
"""Characters that look alike: a name may be typed with one and printed with the other."""

_ONCE = ("From", "Reply-To", "To", "Date", "Message-ID", "Subject")
"""Headers that a message has exactly once."""
_NEVER = ("Cc", "Bcc", "Sender", "Resent-To", "Resent-Cc", "Resent-Bcc")
_TEMPLATES = "correct the clinic's mail templates; if you use the built-in ones, report this"


def check_pdf(
    pdf: bytes, entry: ManifestEntry, names: Collection[str], password: str | None
) -> None:
    """Check that a file is the one that was made for this patient, and encrypted if it should be.

    Args:
        pdf: the file.
        entry: its line in the manifest.
        names: its first page must show one of these.
        password: opens the file, if the manifest says that it is encrypted.

    Raises:
        ContentError: with everything that does not agree; never with text from the pages.
    """
    name = entry.file or entry.reference
    if sha256_of(pdf) != entry.sha256:
        raise ContentError(Problem(f"{name} is not the file that the batch made", hint=_REMAKE))
    plain = _unlocked(pdf, password, name, locked=entry.encrypted)
    with opened(plain, Problem(f"{name} is not a PDF, or is damaged", hint=_REMAKE)) as reader:
        problems = tuple(_problems(reader, entry, names, name))
    if problems:
        raise ContentError(problems)


def _unlocked(pdf: bytes, password: str | None, name: str, *, locked: bool) -> bytes:
    """Return a file without encryption, in memory only.

    Raises:
        ContentError: if it is encrypted and should not be, or the other way round; or if the
            password is wrong or unknown.
    """
    if locked == _opens(pdf, ""):
        wrong = "should be encrypted, and is not" if locked else "needs a password, and should not"
        raise ContentError(Problem(f"{name} {wrong}", hint=_REMAKE))
    if not locked:
        return pdf
    if password is None:
        raise ContentError(
            Problem(
                f"{name} is encrypted, and its password is not known",
                hint="use --passphrases FILE as for the batch, or put its password in the roster",
            )
        )
    if not _opens(pdf, password):
        raise ContentError(
            Problem(
                f"{name} does not open with the password of its row",
                hint="is it the right patient? then run the batch again with --resume",
            )
        )
    plain = io.BytesIO()
    with open_pdf(pdf, password, name) as unlocked:
        unlocked.save(plain, encryption=False)
    return plain.getvalue()


def _opens(pdf: bytes, password: str) -> bool:
    try:
        pikepdf.open(io.BytesIO(pdf), password=password).close()
    except pikepdf.PasswordError:
        return False
    except pikepdf.PdfError:
        # Damage is reported where the file is read.
        return True
    return True


def _problems(
    reader: PdfReader, entry: ManifestEntry, names: Collection[str], name: str
) -> Iterator[Problem]:
    about = str(reader.metadata.subject or "") if reader.metadata else ""
    subject = about.split()
    if about.startswith(DRAFT) != entry.draft:
        said = "is a draft" if about.startswith(DRAFT) else "is not a draft"
        yield Problem(f"{name} {said}, but the manifest says otherwise", hint=_REMAKE)
    if entry.token not in subject:
        yield Problem(f"{name} does not contain the token of {entry.reference}", hint=_REMAKE)
    if entry.code not in subject:
        yield Problem(f"{name} does not contain the code {entry.code}", hint=_REMAKE)
    pages = len(reader.pages)
    if pages != entry.pages:
        yield Problem(f"{name} has {pages} pages, the manifest says {entry.pages}", hint=_REMAKE)
    language = str(reader.root_object.get("/Lang", ""))
    if language != entry.language:
        yield Problem(
            f'{name} is in "{language}", the manifest says "{entry.language}"', hint=_REMAKE
        )
    text = page_text(reader.pages[0]) if pages else ""
    if not any(shows(text, each) for each in names):
        yield Problem(
            f"the first page of {name} does not show the name that the roster has now",
            hint="is it the right patient? then run the batch again with --resume",
        )


def page_text(page: PageObject) -> str:
    """Return the text of a page in reading order, with a gap between marks."""
    return _GAP.join(map(_alike, marked_text(page).values()))


def _alike(text: str) -> str:
    """Return a text for comparison: no ligatures, one case, gaps for white space."""
    # Ligatures and apostrophes have several forms; NFKC after folding leaves one of each.
    marked = text.replace("…", _CUT)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", marked).casefold())
    return _SPACE.sub(_GAP, folded.translate(_SAME))


def shows(text: str, name: str) -> bool:
    """Return whether the text from `page_text` contains a name as whole words.

    The name may contain line breaks anywhere. If it was shortened, 20 letters before the ellipsis
    are enough.
    """
    letters = _alike(name).replace(_GAP, "")
    if not letters:
        return False
    if re.search(rf"(?<!\w){_spelled(letters)}(?!\w)", text):
        return True
    if _CUT not in text:
        return False
    lengths = range(len(letters) - 1, min(_SEEN, len(letters)) - 1, -1)
    return any(
        re.search(rf"(?<!\w){_spelled(letters[:length])}{_GAP}*{_CUT}", text) for length in lengths
    )


def _spelled(letters: str) -> str:
    """Return a pattern for letters with any number of gaps between them."""
    return f"{_GAP}*".join(map(re.escape, letters))


def check_message(
    message: EmailMessage, letter: Letter, mailbox: Mailbox, sender: str, password: str | None
) -> None:
    """Check that a message has the right addresses, file and subject, and is undamaged.

    Raises:
        ContentError: with everything that is wrong; the message must then not be sent.
    """
    content = message.as_bytes()
    head = HeaderParser(policy=policy.compat32).parsestr(content.decode("utf-8", "replace"))
    body = message_from_bytes(content, policy=policy.default)
    found = [*_damage(head, body), *_contradictions(head, body, letter, mailbox, sender)]
    if decoded(str(head["Subject"])) != str(message["Subject"]):
        found.append("the subject differs from what was written")
    if password and any(password in text for text in _texts(body)):
        found.append("the message contains the password of its file")
    if found:
        raise ContentError([Problem(text, hint=_TEMPLATES) for text in found])


def _damage(head: Message, body: Message) -> Iterator[str]:
    if any(len(head.get_all(name, [])) != 1 for name in _ONCE):
        yield "the message lacks a header, or has it twice"
    if any(name in head for name in _NEVER):
        yield "the message also goes to other recipients"
    if any(part.defects for part in body.walk()):
        yield "the message is damaged"


def _contradictions(
    head: Message, body: Message, letter: Letter, mailbox: Mailbox, sender: str
) -> Iterator[str]:
    if _mailboxes(head, "To") != [mailbox.same]:
        yield "the message is not to the one address of the roster"
    if _mailboxes(head, "From") != [read_mailbox(sender).same]:
        yield "the message is not from the clinic's address"
    if str(head["Message-ID"]).strip() != letter.message_id:
        yield "the message does not have the id of its row in the ledger"
    if _attachments(body) != [letter.pdf]:
        yield "the message does not contain exactly the file that was checked"


def _mailboxes(head: Message, header: str) -> list[str]:
    """Return the addresses in a header as `Mailbox.same`; an empty text for an invalid one."""
    found = []
    for _, address in addresses_of(head, header):
        try:
            found.append(read_mailbox(address).same)
        except Refused:
            found.append("")
    return found


def _attachments(body: Message) -> list[object]:
    if not isinstance(body, EmailMessage):
        return []
    return [part.get_payload(decode=True) for part in body.iter_attachments()]


def _texts(body: Message) -> Iterator[str]:
    yield from (str(value) for value in body.values())
    for part in body.walk():
        if isinstance(part, EmailMessage) and part.get_content_maintype() == "text":
            yield part.get_content()
        yield part.get_filename() or ""
