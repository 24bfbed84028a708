"""From bot.toml to a webhook: all that can be known, and be wrong, before anything listens."""

from pluggram.config import Config
from pluggram.intake.webhook.address import Address
from pluggram.intake.webhook.certificate import public_part, tls
from pluggram.intake.webhook.wanted import Wanted


def plan(config: Config) -> tuple[Wanted, Address]:
    """Say what to set at Telegram and where to listen, as `telegram.webhook` has it, which there must be.

    Raises ConfigError when the secret is missing or none, CannotListen when the certificate is.
    """
    table = config.telegram.webhook
    assert table is not None
    secret = config.webhook_secret()
    if table.certificate is None or table.key is None:
        return Wanted(table.url, secret, table.max_connections), Address(table.listen, table.port)
    certificate = config.folder / table.certificate
    context = tls(certificate, config.folder / table.key)
    wanted = Wanted(table.url, secret, table.max_connections, public_part(certificate))
    return wanted, Address(table.listen, table.port, context)
