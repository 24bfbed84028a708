"""An authority of our own, and the certificate that it gave the API: bots check it as they check Telegram's."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

NEW = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
LEAF = ("basicConstraints=critical,CA:FALSE", "subjectAltName=IP:127.0.0.1")


@dataclass(frozen=True)
class Certificates:
    """Files in PEM. server: what the API is told of its own."""

    authority: Path
    server: dict[str, str]


def certificates(folder: Path) -> Certificates:
    """Make them in this folder. Raises subprocess.CalledProcessError."""
    authority, theirs = folder / "authority.pem", folder / "authority.key"
    certificate, key = folder / "api.pem", folder / "api.key"
    _openssl(*NEW, "-subj", "/CN=Authority of the benchmarks", "-keyout", theirs, "-out", authority)
    signed = ("-CA", authority, "-CAkey", theirs, "-addext", LEAF[0], "-addext", LEAF[1])
    _openssl(*NEW, "-subj", "/CN=API of the benchmarks", "-keyout", key, "-out", certificate, *signed)
    return Certificates(authority, {"certificate": str(certificate), "key": str(key)})


def _openssl(*command: str | Path) -> None:
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
