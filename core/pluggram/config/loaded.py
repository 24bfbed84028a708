"""Config: a bot.toml that holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pluggram.config.document import Document
from pluggram.config.plugin_table import PluginTable
from pluggram.config.problem import ConfigError, Problem
from pluggram.config.secret import TOKEN, WEBHOOK_SECRET, Secret
from pluggram.config.sources import SecretSource
from pluggram.config.tables import BotTable, LogTable, StorageTable, TelegramTable
from pluggram.masks import remember


@dataclass(frozen=True, slots=True)
class Config:
    """All that bot.toml and the environment say, validated; made by `load`."""

    path: Path
    """The bot.toml, absolute."""
    data_folder: Path
    """Where the bot's data lies, absolute; it is not made before something is put there."""
    bot: BotTable
    telegram: TelegramTable
    storage: StorageTable
    log: LogTable
    plugins: tuple[PluginTable, ...]
    """In the order of the file, disabled ones too."""
    warnings: tuple[Problem, ...]
    """What does not stop the bot but should be mended."""
    document: Document = field(repr=False)
    """Where each value was written, for errors about it."""
    environ: Mapping[str, str] = field(repr=False)

    @property
    def folder(self) -> Path:
        """The folder of bot.toml: relative paths in it begin here."""
        return self.path.parent

    def token(self) -> str:
        """Read the bot's token; raises ConfigError naming the variable or file that does not hold one."""
        return _given(self._secret(TOKEN, self.bot.token))

    def token_problem(self) -> Problem | None:
        """Return what `token` would raise, for those who can do without it and only warn."""
        return _lacking(self._secret(TOKEN, self.bot.token))

    def webhook_secret(self) -> str:
        """Read the secret of `telegram.webhook`, which there must be; raises ConfigError as `token` does."""
        assert self.telegram.webhook is not None
        return _given(self._secret(WEBHOOK_SECRET, self.telegram.webhook.secret))

    def webhook_secret_problem(self) -> Problem | None:
        """Return what `webhook_secret` would raise; None when updates come by polling."""
        if self.telegram.webhook is None or self.telegram.updates != "webhook":
            return None
        return _lacking(self._secret(WEBHOOK_SECRET, self.telegram.webhook.secret))

    def _secret(self, secret: Secret, source: SecretSource) -> str | Problem:
        answer = secret.resolve(self.document, source, self.environ, self.folder)
        if isinstance(answer, str):
            remember(answer)
        return answer


def _given(answer: str | Problem) -> str:
    if isinstance(answer, Problem):
        raise ConfigError([answer])
    return answer


def _lacking(answer: str | Problem) -> Problem | None:
    return answer if isinstance(answer, Problem) else None
