"""Turn a mailbox of Google or Microsoft 365 into access tokens: sign in once, then the keyring."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring
from keyring.errors import KeyringError, PasswordDeleteError

from handouts.deliver.mail.transport import Stopped
from handouts.errors import to_install
from handouts.model.mail import SignIn

SERVICE = "handouts"
"""The service name of passwords and tokens in the keyring."""
Tell = Callable[[str], None]
"""Shows a person what to do to sign in."""
# Windows stores at most 2,560 bytes in an entry, in UTF-16.
_PIECE_CHARACTERS = 1000


def from_keyring(user: str) -> str | None:
    """Return a user's entry in the system's keyring; None if there is none.

    Raises:
        Stopped: if the keyring cannot be read.
    """
    try:
        return keyring.get_password(SERVICE, user)
    except KeyringError as error:
        raise Stopped(
            f"the system's keyring cannot be read ({type(error).__name__})",
            hint="unlock it, or use password_command or the environment variable",
        ) from None


class Vault:
    """A longer text in the keyring, in pieces that fit into every system's keyring."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self) -> str | None:
        """Return the text, None if there is none.

        Raises:
            Stopped: if the keyring cannot be read.
        """
        pieces: list[str] = []
        while piece := from_keyring(f"{self._name}:{len(pieces)}"):
            pieces.append(piece)
        return "".join(pieces) or None

    def write(self, text: str) -> None:
        """Store a text, replacing the last one.

        Raises:
            Stopped: if the keyring refuses.
        """
        starts = range(0, len(text), _PIECE_CHARACTERS)
        pieces = [text[start : start + _PIECE_CHARACTERS] for start in starts]
        try:
            for number, piece in enumerate(pieces):
                keyring.set_password(SERVICE, f"{self._name}:{number}", piece)
            # A longer earlier text leaves pieces behind: deleting the first of them marks the new
            # end.
            with contextlib.suppress(PasswordDeleteError):
                keyring.delete_password(SERVICE, f"{self._name}:{len(pieces)}")
        except KeyringError as error:
            raise Stopped(
                f"the system's keyring cannot be written ({type(error).__name__})",
                hint="unlock it, or use token_command instead of sign_in",
            ) from None


SCOPES = ("https://mail.google.com/",)
"""The only scope that allows SMTP (developers.google.com/gmail/imap/xoauth2-protocol)."""
_SECONDS = 300
_TALKATIVE = ("requests_oauthlib", "oauthlib", "google_auth_oauthlib", "google.auth", "urllib3")


class GoogleTokens:
    """Gives access tokens for one mailbox; called with True it renews the last one.

    Args:
        client_file: the JSON that the clinic downloads from Google for its own desktop application.
        user: the mailbox that signs in.
        tell: shows a person what to do; None if nobody is there.
    """

    def __init__(self, client_file: Path, user: str, tell: Tell | None) -> None:
        self._client_file, self._user, self._tell = client_file, user, tell
        self._vault = Vault(f"google:{user}")

    def __call__(self, fresh: bool) -> str:  # noqa: FBT001 - as `Secret` is called
        """Return an access token.

        Raises:
            Stopped: if nobody has signed in, the sign-in is refused, or the network is down.
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
        except library.error as error:
            if isinstance(error, library.refused) and not error.retryable:
                return self._asked(library)
            raise Stopped(
                "Google's sign-in cannot be reached", hint="check the network", retry=True
            ) from None
        return granted

    def _asked(self, library: _Library) -> Any:
        """Let a person sign in on Google's page, in a browser on this machine."""
        if self._tell is None:
            raise _nobody_signed_in()
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
                "no browser can be opened here", hint="sign in on a machine with a desktop"
            ) from None
        except library.faults:
            raise Stopped(
                "the sign-in with Google did not succeed",
                hint="check client_file: it is the JSON of an OAuth client of type desktop app",
                retry=True,
            ) from None
        return granted


class _Library:
    """The parts of Google's packages that we use, imported when a clinic needs them."""

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
            # Their debug messages contain tokens.
            logging.getLogger(name).setLevel(logging.WARNING)
        self.credentials: Any = Credentials
        self.flow: Any = InstalledAppFlow
        self.request: Any = Request
        self.refused: Any = RefreshError
        self.error: type[Exception] = GoogleAuthError
        self.faults: tuple[type[Exception], ...] = (
            GoogleAuthError,
            OAuth2Error,
            WSGITimeoutError,
            OSError,
            ValueError,
            # If Google grants other scopes than requested, oauthlib raises its warning.
            Warning,
        )


def _nobody_signed_in() -> Stopped:
    return Stopped(
        "nobody has signed in to the mailbox, or the sign-in has expired",
        hint="to sign in, run handouts send --test ADDRESS in a terminal",
    )


SMTP_SCOPES = ("https://outlook.office.com/SMTP.Send",)
"""A token for Graph does not work for SMTP, nor the other way round."""
GRAPH_SCOPES = ("https://graph.microsoft.com/Mail.Send",)
GRAPH_LARGE_SCOPES = (*GRAPH_SCOPES, "https://graph.microsoft.com/Mail.ReadWrite")
"""Mail.ReadWrite is for the draft that a large file is uploaded to."""
_AUTHORITY = "https://login.microsoftonline.com"
_REASON = re.compile(r"AADSTS\d+")


class MicrosoftTokens:
    """Gives access tokens for one mailbox; called with True it does not reuse the last one.

    Args:
        sign_in: the clinic's application and directory.
        user: the mailbox that must have signed in.
        scopes: the permissions that the tokens need.
        tell: shows a person the code to type in; None if nobody is there.
        http_client: msal's own unless a test gives another.
    """

    def __init__(
        self,
        sign_in: SignIn,
        user: str,
        scopes: tuple[str, ...],
        tell: Tell | None,
        http_client: Any = None,
    ) -> None:
        self._sign_in, self._user, self._scopes = sign_in, user, scopes
        self._tell, self._http = tell, http_client
        # One mailbox may have signed in for both SMTP and Graph.
        self._vault = Vault(f"microsoft:{user}:{sign_in.client_id}")

    def __call__(self, fresh: bool) -> str:  # noqa: FBT001 - as `Secret` is called
        """Return an access token.

        Raises:
            Stopped: if nobody has signed in, the sign-in is refused, or the network is down.
        """
        msal = _msal()
        cache = self._cache(msal)
        try:
            app = msal.PublicClientApplication(
                self._sign_in.client_id,
                authority=f"{_AUTHORITY}/{self._sign_in.tenant}",
                token_cache=cache,
                http_client=self._http,
            )
            result = self._stored(app, fresh=fresh) or self._asked(app)
        except (msal.exceptions.MsalError, OSError, ValueError, KeyError) as error:
            raise Stopped(
                f"Microsoft's sign-in cannot be reached or understood ({type(error).__name__})",
                hint="check the network, client_id and tenant",
                retry=True,
            ) from None
        token = self._checked(result)
        if cache.has_state_changed:
            self._vault.write(cache.serialize())
        return token

    def _cache(self, msal: Any) -> Any:
        """Return the stored sign-ins; damaged ones count as none."""
        cache = msal.SerializableTokenCache()
        try:
            cache.deserialize(self._vault.read())
        except ValueError:
            return msal.SerializableTokenCache()
        return cache

    def _stored(self, app: Any, *, fresh: bool) -> dict[str, Any] | None:
        """Return a token of an earlier sign-in, renewed if it has expired."""
        for account in app.get_accounts(username=self._user):
            found: dict[str, Any] | None = app.acquire_token_silent_with_error(
                list(self._scopes), account=account, force_refresh=fresh
            )
            if found and "access_token" in found:
                return found
        return None

    def _asked(self, app: Any) -> dict[str, Any]:
        """Let a person sign in: they type our code into Microsoft's page on any device."""
        if self._tell is None:
            raise _nobody_signed_in()
        flow: dict[str, Any] = app.initiate_device_flow(scopes=list(self._scopes))
        if "user_code" not in flow:
            return flow
        self._tell(str(flow["message"]))
        result: dict[str, Any] = app.acquire_token_by_device_flow(flow)
        return result

    def _checked(self, result: dict[str, Any]) -> str:
        if "access_token" not in result:
            # Only the number, because the description may name an account.
            number = _REASON.search(str(result.get("error_description", "")))
            reason = number[0] if number else str(result.get("error", "no reason given"))
            raise Stopped(
                f"Microsoft refused the sign-in ({reason})",
                hint="check client_id, tenant and that the application allows public client flows",
            )
        signed_in = result.get("id_token_claims", {}).get("preferred_username")
        if signed_in is not None and signed_in.casefold() != self._user.casefold():
            raise Stopped(
                "the sign-in was for another mailbox than the one that sends",
                hint=f"sign in as {self._user}",
            )
        return str(result["access_token"])


def _msal() -> Any:
    try:
        # An extra: only clinics on Microsoft 365 need it.
        import msal  # noqa: PLC0415
    except ImportError:
        raise Stopped(
            "sign_in with microsoft needs a package that is not installed",
            hint=to_install("m365"),
        ) from None
    # Its debug messages name accounts.
    logging.getLogger("msal").setLevel(logging.WARNING)
    return msal
