"""Turn a Microsoft 365 mailbox into access tokens: sign in once with a code, then the keyring."""

from __future__ import annotations

import logging
import re
from typing import Any

from handouts.deliver.mail.faults import Stopped
from handouts.deliver.mail.secrets import Tell, Vault
from handouts.errors import to_install
from handouts.model.mail import SignIn

SMTP_SCOPES = ("https://outlook.office.com/SMTP.Send",)
"""A token for Graph does not open SMTP, nor the other way round."""
GRAPH_SCOPES = ("https://graph.microsoft.com/Mail.Send",)
GRAPH_LARGE_SCOPES = (*GRAPH_SCOPES, "https://graph.microsoft.com/Mail.ReadWrite")
"""Mail.ReadWrite is for the draft that a large file is uploaded to."""
_AUTHORITY = "https://login.microsoftonline.com"
_REASON = re.compile(r"AADSTS\d+")


class MicrosoftTokens:
    """Gives access tokens of one mailbox; called with True it leaves the last one unused.

    Args:
        sign_in: application and directory of the clinic.
        user: the mailbox that must have signed in.
        scopes: what the tokens are for.
        tell: shows a person the code to type in; None where nobody is there.
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
        # One mailbox may have signed in for SMTP and for Graph.
        self._vault = Vault(f"microsoft:{user}:{sign_in.client_id}")

    def __call__(self, fresh: bool) -> str:  # noqa: FBT001 - as `Secret` is called
        """Return an access token.

        Raises:
            Stopped: if nobody has signed in, the sign-in is refused, or the network is away.
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
        except (OSError, ValueError, KeyError) as error:
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
        """Return what was kept of earlier sign-ins; what is damaged counts as nothing."""
        cache = msal.SerializableTokenCache()
        try:
            cache.deserialize(self._vault.read())
        except ValueError:
            return msal.SerializableTokenCache()
        return cache

    def _stored(self, app: Any, *, fresh: bool) -> dict[str, Any] | None:
        """Return a token of an earlier sign-in, renewed if it has run out."""
        for account in app.get_accounts(username=self._user):
            found: dict[str, Any] | None = app.acquire_token_silent_with_error(
                list(self._scopes), account=account, force_refresh=fresh
            )
            if found and "access_token" in found:
                return found
        return None

    def _asked(self, app: Any) -> dict[str, Any]:
        """Let a person sign in: a code on our screen, typed into Microsoft's page anywhere."""
        if self._tell is None:
            raise Stopped(
                "nobody has signed in to the mailbox, or the sign-in has run out",
                hint="handouts send --test ADDRESS at a terminal asks for it",
            )
        flow: dict[str, Any] = app.initiate_device_flow(scopes=list(self._scopes))
        if "user_code" not in flow:
            return flow
        self._tell(str(flow["message"]))
        result: dict[str, Any] = app.acquire_token_by_device_flow(flow)
        return result

    def _checked(self, result: dict[str, Any]) -> str:
        if "access_token" not in result:
            # Only the number: the description may name an account.
            number = _REASON.search(str(result.get("error_description", "")))
            reason = number[0] if number else str(result.get("error", "no reason given"))
            raise Stopped(
                f"Microsoft refused the sign-in ({reason})",
                hint="check client_id, tenant and that the application allows public client flows",
            )
        signed_in = result.get("id_token_claims", {}).get("preferred_username")
        if signed_in is not None and signed_in.casefold() != self._user.casefold():
            raise Stopped(
                "somebody signed in with another mailbox than the one that sends",
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
    # Its debug lines name accounts.
    logging.getLogger("msal").setLevel(logging.WARNING)
    return msal
