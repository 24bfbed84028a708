"""The calls that came over HTTP, for people who look on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pluggram.simulator.errors import Answer
from pluggram.simulator.faults import Interrupted
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.rendering import safe


@dataclass(frozen=True)
class Called:
    """A call that has been answered; it does not hold the token. Without a bot the token was refused."""

    bot: Bot | None
    method: str
    params: Mapping[str, object]
    outcome: Answer | Interrupted

    def told(self) -> str:
        """Return a line: bot, method, chat, what came of it. A poll that brought nothing is not worth one."""
        polling = self.method.lower() == "getupdates"
        if polling and self._result == []:
            return ""
        who = f"@{self.bot.username}" if self.bot else "a token of no bot"
        where = f" chat {self.params['chat_id']}" if "chat_id" in self.params else ""
        count = f", {len(self._result)} updates" if polling and isinstance(self._result, list) else ""
        return safe(f"{who} {self.method}{where}: {self._what}{count}")

    @property
    def _result(self) -> object:
        return self.outcome.body.get("result") if isinstance(self.outcome, Answer) else None

    @property
    def _what(self) -> str:
        if not isinstance(self.outcome, Answer):
            return str(self.outcome)
        body = self.outcome.body
        return f"{self.outcome.status} {'ok' if body.get('ok') else body.get('description', 'garbled')}"


Log = Callable[[Called], object]
"""Called after each call."""
