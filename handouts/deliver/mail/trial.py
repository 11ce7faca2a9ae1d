"""Send an invented patient's handout to the clinic itself, to see that mail works."""

from __future__ import annotations

import secrets

from handouts.check.order import make_order
from handouts.check.request import OrderRequest
from handouts.deliver.mail.mailbox import read_mailbox
from handouts.deliver.mail.message import Letter
from handouts.deliver.mail.message_check import check_message
from handouts.deliver.mail.office import Office
from handouts.deliver.mail.pace import Clock
from handouts.deliver.mail.transport import Receipt
from handouts.deliver.tokens import Key
from handouts.load.library import Library
from handouts.model.clinic import AffectedSide
from handouts.model.order import Patient
from handouts.model.selection import ALL
from handouts.stamp.build import build
from handouts.workspace import Kind

REFERENCE = "TEST"
_SOMEBODY = Patient(
    reference=REFERENCE,
    name="Alex Example",
    preferred_name="Alex",
    affected_side=AffectedSide.LEFT,
)


def send_trial(
    library: Library, office: Office, clinic: str, address: str, program: str | None = None
) -> Receipt:
    """Send an invented patient's handout to an address of the clinic; the ledger is not asked.

    Without ``program`` it is the first there is.

    Raises:
        ContentError: if the address or the content is wrong.
        DeliveryError: if it cannot be sent, in words for the desk.
    """
    mailbox = read_mailbox(address)
    key = Key(secrets.token_bytes(32))
    token = key.token(REFERENCE)
    order = make_order(
        library,
        OrderRequest(
            program=program or library.workspace.ids(Kind.PROGRAMS)[0],
            clinic=clinic,
            patient=_SOMEBODY,
            token=token,
            exercises=ALL,
        ),
    )
    handout = build(order, library.workspace)
    letter = Letter(
        reference=REFERENCE,
        token=token,
        code=handout.code,
        language=order.language,
        recipient=mailbox.address,
        display_name=None,
        pdf=handout.pdf,
        encrypted=False,
        message_id=f"<{secrets.token_hex(16)}@{office.domain}>",
        when=Clock().now(),
        stop_rule=order.safety.stop_rule.replace("{stop}", str(order.clinic.pain_limits.stop)),
    )
    message = office.maker.make(letter)
    check_message(message, letter, mailbox, office.sender, None)
    return office.transport.deliver(message, office.sender, mailbox.address)
