"""Sign-in with Microsoft and Google on a small server: by a person once, then from the keyring."""

from __future__ import annotations

import base64
import json
import logging
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from google.oauth2 import credentials

from handouts.deliver.mail.sign_in import GRAPH_SCOPES, SMTP_SCOPES, GoogleTokens, MicrosoftTokens
from handouts.deliver.mail.transport import Stopped
from handouts.errors import to_install
from handouts.model.mail import SignIn
from tests.deliver.mail.keys import MemoryKeyring
from tests.deliver.mail.web import Asked, Told, Web

pytestmark = [pytest.mark.loopback, pytest.mark.usefixtures("loopback")]
USER = "handouts@clinic.example"
CLIENT = "0f1e2d3c-client"


class Redirected:
    """What msal uses for HTTP, with every address led to a server of this machine."""

    class _Response:
        def __init__(self, status: int, text: str) -> None:
            self.status_code, self.text = status, text
            self.headers: dict[str, str] = {}

        @staticmethod
        def raise_for_status() -> None:
            """Accept all."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def get(self, url: str, **_: Any) -> _Response:
        """Ask with GET."""
        return self._ask(url, None)

    def post(self, url: str, data: Any = None, **_: Any) -> _Response:
        """Ask with POST."""
        return self._ask(url, urllib.parse.urlencode(data or {}).encode())

    def _ask(self, url: str, data: bytes | None) -> _Response:
        path = urllib.parse.urlsplit(url).path
        try:
            # Always this machine.
            with urllib.request.urlopen(f"{self._web.url}{path}", data) as answer:  # noqa: S310
                return self._Response(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            return self._Response(error.code, error.read().decode())

    def close(self) -> None:
        """Have nothing to close."""


class Microsoft:
    """The parts of Microsoft's sign-in that are used."""

    def __init__(self, account: str = USER, **refusals: Told) -> None:
        self.account, self.refusals, self.tokens = account, refusals, 0

    def __call__(self, asked: Asked) -> Told:
        """Answer a request."""
        form = dict(urllib.parse.parse_qsl(asked.body.decode()))
        base = "https://login.microsoftonline.com/clinic.example"
        host = "login.microsoftonline.com"
        if asked.path.endswith("/discovery/instance"):
            names = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
            return Told(body={"tenant_discovery_endpoint": base, "metadata": [names]})
        if "openid-configuration" in asked.path:
            return Told(
                body={
                    "issuer": f"{base}/v2.0",
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "device_authorization_endpoint": f"{base}/devicecode",
                }
            )
        if asked.path.endswith("/devicecode"):
            return self.refusals.get("device") or Told(
                body={
                    "user_code": "ABCD-EFGH",
                    "device_code": "device",
                    "verification_uri": "https://microsoft.com/devicelogin",
                    "message": "type ABCD-EFGH into https://microsoft.com/devicelogin",
                    "expires_in": 900,
                    "interval": 0,
                }
            )
        if form["grant_type"] in self.refusals:
            return self.refusals[form["grant_type"]]
        self.tokens += 1
        return Told(
            body={
                "access_token": f"access-{self.tokens}",
                "refresh_token": "refresh-secret",
                "expires_in": 3600,
                "token_type": "Bearer",
                "scope": form.get("scope") or " ".join(SMTP_SCOPES),
                "id_token": self._id_token(),
                "client_info": _part({"uid": "u", "utid": "t"}),
            }
        )

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {"preferred_username": self.account, "aud": CLIENT, "iss": "x", "sub": "s"}
        return ".".join(
            [_part({"alg": "none"}), _part({**claims, "iat": now, "exp": now + 3600}), "c2ln"]
        )


def _part(facts: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip("=")


def microsoft(
    web: Web, told: list[str] | None, scopes: tuple[str, ...] = SMTP_SCOPES
) -> MicrosoftTokens:
    sign_in = SignIn(provider="microsoft", client_id=CLIENT, tenant="clinic.example")
    tell = None if told is None else told.append
    return MicrosoftTokens(sign_in, USER, scopes, tell, Redirected(web))


def test_microsoft_asks_a_person_once(
    keys: MemoryKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    with caplog.at_level(logging.DEBUG), Web(answer=Microsoft()) as web:
        assert microsoft(web, told)(False) == "access-1"
        assert told == ["type ABCD-EFGH into https://microsoft.com/devicelogin"]
        assert microsoft(web, None)(False) == "access-1"
        assert microsoft(web, None)(True) == "access-2"
    assert keys.kept
    assert all(name.startswith("microsoft:") for _, name in keys.kept)
    for secret in ("refresh-secret", "access-1", "access-2"):
        assert secret not in caplog.text


def test_microsoft_renews_for_graph_from_the_same_sign_in(keys: MemoryKeyring) -> None:
    with Web(answer=Microsoft()) as web:
        microsoft(web, [])(False)
        assert microsoft(web, None, GRAPH_SCOPES)(False) == "access-2"
    assert keys.kept


@pytest.mark.usefixtures("keys")
def test_microsoft_without_a_person_stops() -> None:
    with (
        Web(answer=Microsoft()) as web,
        pytest.raises(Stopped, match="nobody has signed in") as caught,
    ):
        microsoft(web, None)(False)
    assert "handouts send --test" in caught.value.problems[0].hint


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("refusals", "words"),
    [
        (
            {
                "device": Told(
                    400, {"error": "invalid_client", "error_description": f"AADSTS7000218: {USER}"}
                )
            },
            r"refused the sign-in \(AADSTS7000218\)",
        ),
        (
            {"urn:ietf:params:oauth:grant-type:device_code": Told(400, {"error": "access_denied"})},
            r"refused the sign-in \(access_denied\)",
        ),
    ],
)
def test_microsoft_refuses(refusals: dict[str, Told], words: str) -> None:
    with (
        Web(answer=Microsoft(USER, **refusals)) as web,
        pytest.raises(Stopped, match=words) as caught,
    ):
        microsoft(web, [])(False)
    assert USER not in str(caught.value)


def test_microsoft_signed_in_as_somebody_else(keys: MemoryKeyring) -> None:
    with (
        Web(answer=Microsoft(account="boss@clinic.example")) as web,
        pytest.raises(Stopped, match="for another mailbox") as caught,
    ):
        microsoft(web, [])(False)
    assert USER in caught.value.problems[0].hint
    assert keys.kept == {}


def test_a_sign_in_that_has_run_out_is_asked_for_again(keys: MemoryKeyring) -> None:
    server = Microsoft()
    with Web(answer=server) as web:
        microsoft(web, [])(False)
        server.refusals["refresh_token"] = Told(400, {"error": "invalid_grant"})
        with pytest.raises(Stopped, match="has expired"):
            microsoft(web, None)(True)
        told: list[str] = []
        assert microsoft(web, told)(True) == "access-2"
    assert len(told) == 1
    assert keys.kept


def test_microsoft_that_is_busy_stops(keys: MemoryKeyring) -> None:
    server = Microsoft()
    with Web(answer=server) as web:
        microsoft(web, [])(False)
        server.refusals["refresh_token"] = Told(503, {"error": "temporarily_unavailable"})
        with pytest.raises(Stopped, match="cannot be reached") as caught:
            microsoft(web, None)(True)
    assert caught.value.retry
    assert keys.kept


@pytest.mark.usefixtures("keys")
def test_microsoft_that_is_away_stops() -> None:
    with Web() as web:
        pass
    with pytest.raises(Stopped, match="cannot be reached") as caught:
        microsoft(web, [])(False)
    assert caught.value.retry


def test_damaged_tokens_are_as_none(keys: MemoryKeyring) -> None:
    keys.set_password("handouts", f"microsoft:{USER}:{CLIENT}:0", "{not JSON")
    keys.set_password("handouts", f"google:{USER}:0", "{not JSON")
    with Web(answer=Microsoft()) as web:
        told: list[str] = []
        assert microsoft(web, told)(False) == "access-1"
    assert len(told) == 1
    with pytest.raises(Stopped, match="nobody has signed in"):
        GoogleTokens(Path("client.json"), USER, None)(False)


# --- Google ---------------------------------------------------------------------------------


def google_answer(asked: Asked) -> Told:
    """Answer as Google's token service."""
    form = dict(urllib.parse.parse_qsl(asked.body.decode()))
    if form.get("refresh_token") == "revoked":
        return Told(400, {"error": "invalid_grant"})
    grant = form["grant_type"]
    return Told(
        body={
            "access_token": f"google-{grant}",
            "refresh_token": "google-refresh",
            "expires_in": 3600,
            "scope": "https://mail.google.com/",
            "token_type": "Bearer",
        }
    )


def stored(refresh: str = "google-refresh") -> str:
    return json.dumps(
        {
            "token": "google-old",
            "refresh_token": refresh,
            "client_id": "id",
            "client_secret": "client-secret",
            "scopes": ["https://mail.google.com/"],
            "expiry": "2020-01-01T00:00:00Z",
        }
    )


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """Return a token service, in the place of Google's own."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with Web(answer=google_answer) as web:
        monkeypatch.setattr(credentials, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", f"{web.url}/token")
        yield web


@pytest.fixture
def client_file(tmp_path: Path) -> Path:
    """Return the place of a client's file."""
    return tmp_path / "client.json"


class Browser(webbrowser.BaseBrowser):
    """A browser in which somebody signs in at once."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: FBT002
        """Follow the way back that the address names."""
        del new, autoraise
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        assert query["login_hint"] == USER
        back = f"{query['redirect_uri']}?state={query['state']}&code=code"

        def follow() -> None:
            # Always this machine.
            with urllib.request.urlopen(back) as answer:  # noqa: S310
                answer.read()

        threading.Thread(target=follow).start()
        return True


def test_google_opens_a_browser_once(
    keys: MemoryKeyring,
    google: Web,
    client_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(webbrowser, "get", lambda _=None: Browser())
    told: list[str] = []
    application = {
        "client_id": "id",
        "client_secret": "client-secret",
        "auth_uri": f"{google.url}/auth",
        "token_uri": f"{google.url}/token",
    }
    client_file.write_text(json.dumps({"installed": application}))
    with caplog.at_level(logging.DEBUG):
        first = GoogleTokens(client_file, USER, told.append)(False)
        again = GoogleTokens(client_file, USER, None)(False)
        fresh = GoogleTokens(client_file, USER, None)(True)
    assert (first, again, fresh) == (
        "google-authorization_code",
        "google-authorization_code",
        "google-refresh_token",
    )
    assert len(told) == 1
    assert USER in told[0]
    assert keys.kept
    everything = caplog.text + "".join(capfd.readouterr())
    for secret in ("google-refresh", "client-secret", "google-authorization_code", "code=code"):
        assert secret not in everything


def test_google_renews_what_has_run_out(
    keys: MemoryKeyring, google: Web, client_file: Path
) -> None:
    keys.set_password("handouts", f"google:{USER}:0", stored())
    assert GoogleTokens(client_file, USER, None)(False) == "google-refresh_token"
    assert len(google.asked) == 1


@pytest.mark.usefixtures("google")
def test_google_refuses_a_revoked_sign_in(keys: MemoryKeyring, client_file: Path) -> None:
    keys.set_password("handouts", f"google:{USER}:0", stored("revoked"))
    with pytest.raises(Stopped, match="has expired"):
        GoogleTokens(client_file, USER, None)(False)


@pytest.mark.parametrize("busy", [True, False])
def test_google_that_is_away_or_busy_stops(
    keys: MemoryKeyring, client_file: Path, monkeypatch: pytest.MonkeyPatch, *, busy: bool
) -> None:
    """A busy one was taken for a sign-in that has expired: nobody was there to sign in again."""
    monkeypatch.setattr(time, "sleep", lambda _: None)  # between attempts
    with ExitStack() as closing:
        web = closing.enter_context(Web(answer=lambda _: Told(503, {"error": "unavailable"})))
        monkeypatch.setattr(credentials, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", f"{web.url}/token")
        if not busy:
            closing.close()
        _google_stops(keys, client_file)


def _google_stops(keys: MemoryKeyring, client_file: Path) -> None:
    keys.set_password("handouts", f"google:{USER}:0", stored())
    with pytest.raises(Stopped, match="cannot be reached") as caught:
        GoogleTokens(client_file, USER, None)(False)
    assert caught.value.retry


@pytest.mark.usefixtures("keys")
def test_google_without_its_client_file_stops(client_file: Path) -> None:
    with pytest.raises(Stopped, match="did not succeed") as caught:
        GoogleTokens(client_file, USER, lambda _: None)(False)
    assert "client_file" in caught.value.problems[0].hint


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("package", "extra"), [("msal", "m365"), ("google_auth_oauthlib.flow", "google")]
)
def test_an_extra_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, package: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    google = GoogleTokens(Path("client.json"), USER, None)
    tokens = microsoft(Web(), None) if extra == "m365" else google
    with pytest.raises(Stopped, match="not installed") as caught:
        tokens(False)
    assert caught.value.problems[0].hint == to_install(extra)
