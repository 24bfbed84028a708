"""An own certificate, for a webhook without a proxy in front."""

import re
import ssl
from pathlib import Path

from pluggram.intake.webhook.errors import CannotListen

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\s*", re.DOTALL)


def tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """Serve TLS with these PEM files; raises CannotListen when they are no certificate with its key."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password="")  # without one it would ask at the terminal
    except OSError as error:
        reason = error.strerror or str(error)
        files = f"{certificate} and {key} (telegram.webhook.certificate and key)"
        raise CannotListen(f"{files} are no certificate with its key: {reason}") from None
    return context


def public_part(certificate: Path) -> bytes:
    """Give the certificates of a PEM file, and never a key that lies in it too; raises OSError."""
    return b"".join(_CERTIFICATE.findall(certificate.read_bytes()))
