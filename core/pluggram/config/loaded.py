"""Config: a bot.toml that holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pluggram.config import token
from pluggram.config.document import Document
from pluggram.config.plugin_table import PluginTable
from pluggram.config.problem import ConfigError, Problem
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
        answer = self._token()
        if isinstance(answer, Problem):
            raise ConfigError([answer])
        return answer

    def token_problem(self) -> Problem | None:
        """Return what `token` would raise, for those who can do without it and only warn."""
        answer = self._token()
        return answer if isinstance(answer, Problem) else None

    def _token(self) -> str | Problem:
        answer = token.resolve(self.document, self.bot.token, self.environ, self.folder)
        if isinstance(answer, str):
            remember(answer)
        return answer
