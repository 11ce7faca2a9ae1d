"""Turn a Google mailbox into access tokens: sign in once in a browser, then use the keyring."""

from __future__ import annotations

import json
import logging
import webbrowser
from pathlib import Path
from typing import Any

from handouts.deliver.mail.faults import Stopped
from handouts.deliver.mail.secrets import Tell, Vault
from handouts.errors import to_install

SCOPES = ("https://mail.google.com/",)
"""The only scope that opens SMTP (developers.google.com/gmail/imap/xoauth2-protocol)."""
_SECONDS = 300
_TALKATIVE = ("requests_oauthlib", "oauthlib", "google_auth_oauthlib", "google.auth", "urllib3")


class GoogleTokens:
    """Gives access tokens of one mailbox; called with True it renews the last one.

    Args:
        client_file: what Google lets the clinic download for its own desktop application.
        user: the mailbox that signs in.
        tell: shows a person what to do; None where nobody is there.
    """

    def __init__(self, client_file: Path, user: str, tell: Tell | None) -> None:
        self._client_file, self._user, self._tell = client_file, user, tell
        self._vault = Vault(f"google:{user}")

    def __call__(self, fresh: bool) -> str:  # noqa: FBT001 - as `Secret` is called
        """Return an access token.

        Raises:
            Stopped: if nobody has signed in, the sign-in is refused, or the network is away.
        """
        library = _Library()
        granted = self._stored(library)
        if granted is not None and granted.valid and not fresh:
            return str(granted.token)
        granted = self._asked(library) if granted is None else self._renewed(library, granted)
        self._vault.write(granted.to_json())
        return str(granted.token)

    def _stored(self, library: _Library) -> Any:
        stored = self._vault.read()
        if stored is None:
            return None
        try:
            return library.credentials.from_authorized_user_info(json.loads(stored), SCOPES)
        except ValueError:
            return None

    def _renewed(self, library: _Library, granted: Any) -> Any:
        try:
            granted.refresh(library.request())
        except library.refused:
            return self._asked(library)
        except library.unreachable:
            raise _away() from None
        return granted

    def _asked(self, library: _Library) -> Any:
        """Let a person sign in: Google's page in a browser of this machine."""
        if self._tell is None:
            raise Stopped(
                "nobody has signed in to the mailbox, or the sign-in has run out",
                hint="handouts send --test ADDRESS at a terminal asks for it",
            )
        self._tell(f"A browser opens: sign in as {self._user} within five minutes.")
        try:
            flow = library.flow.from_client_secrets_file(str(self._client_file), list(SCOPES))
            granted = flow.run_local_server(
                host="127.0.0.1",
                port=0,
                authorization_prompt_message=None,
                timeout_seconds=_SECONDS,
                login_hint=self._user,
            )
        except webbrowser.Error:
            raise Stopped(
                "no browser can be opened here", hint="sign in at a machine with a desktop"
            ) from None
        except library.faults:
            raise Stopped(
                "the sign-in with Google did not succeed",
                hint="check client_file: it is the JSON of an OAuth client of type desktop app",
                retry=True,
            ) from None
        return granted


def _away() -> Stopped:
    return Stopped("Google's sign-in cannot be reached", hint="check the network", retry=True)


class _Library:
    """The parts of Google's packages that are used, imported when a clinic needs them."""

    def __init__(self) -> None:
        try:
            # An extra: only clinics with Google Workspace need it.
            from google.auth.exceptions import GoogleAuthError, RefreshError  # noqa: PLC0415
            from google.auth.transport.requests import Request  # noqa: PLC0415
            from google.oauth2.credentials import Credentials  # noqa: PLC0415
            from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError  # noqa: PLC0415
            from oauthlib.oauth2 import OAuth2Error  # noqa: PLC0415
        except ImportError:
            raise Stopped(
                "sign_in with google needs a package that is not installed",
                hint=to_install("google"),
            ) from None
        for name in _TALKATIVE:
            # Their debug lines hold tokens.
            logging.getLogger(name).setLevel(logging.WARNING)
        self.credentials: Any = Credentials
        self.flow: Any = InstalledAppFlow
        self.request: Any = Request
        self.refused: type[Exception] = RefreshError
        self.unreachable: type[Exception] = GoogleAuthError
        self.faults: tuple[type[Exception], ...] = (
            GoogleAuthError,
            OAuth2Error,
            WSGITimeoutError,
            OSError,
            ValueError,
            # Google grants other scopes than asked for: oauthlib raises its warning.
            Warning,
        )
