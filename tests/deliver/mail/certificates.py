"""A test authority and the certificates it gives: right, for another name, and out of date."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files: the ``authority`` to trust, and servers' certificates with their keys."""

    authority: Path
    good: Path
    wrong_name: Path
    expired: Path
    stranger: Path


def make_certificates(folder: Path) -> Certificates:
    """Make all of them; ``stranger`` comes from an authority that nobody trusts."""
    now = dt.datetime.now(dt.UTC)
    ours, theirs = _Authority("Test authority"), _Authority("Another authority")
    paths = Certificates(*(folder / f"{name}.pem" for name in Certificates.__slots__))
    paths.authority.write_bytes(ours.pem)
    paths.good.write_bytes(ours.server(now + _DAY, x509.IPAddress(_LOOPBACK)))
    paths.wrong_name.write_bytes(ours.server(now + _DAY, x509.DNSName("other.example")))
    paths.expired.write_bytes(ours.server(now - _DAY, x509.IPAddress(_LOOPBACK)))
    paths.stranger.write_bytes(theirs.server(now + _DAY, x509.IPAddress(_LOOPBACK)))
    return paths


_LOOPBACK = ipaddress.ip_address("127.0.0.1")


class _Authority:
    def __init__(self, common: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
        basic = x509.BasicConstraints(ca=True, path_length=0)
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        end = dt.datetime.now(dt.UTC) + 2 * _DAY
        builder = self._builder(self.name, self.key.public_key(), end)
        builder = builder.add_extension(basic, critical=True).add_extension(usage, critical=True)
        certificate = builder.sign(self.key, hashes.SHA256())
        self.pem = certificate.public_bytes(serialization.Encoding.PEM)

    def _builder(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, end: dt.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(end - 30 * _DAY)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )

    def server(self, end: dt.datetime, alternative: x509.GeneralName) -> bytes:
        """Return a server's certificate with its key, as one PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        names = x509.SubjectAlternativeName([alternative])
        builder = self._builder(name, key.public_key(), end).add_extension(names, critical=False)
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        signed = builder.sign(self.key, hashes.SHA256())
        return secret + signed.public_bytes(serialization.Encoding.PEM)
