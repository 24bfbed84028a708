"""Which source of updates a bot has."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pluggram.config import Config
from pluggram.intake.outage import Progress
from pluggram.intake.polling import Polling, UpdateSource
from pluggram.intake.taking import Taker
from pluggram.intake.webhook.plan import plan
from pluggram.intake.webhook.registration import Registration
from pluggram.intake.webhook.taking_back import TakingBack
from pluggram.storage import Store

if TYPE_CHECKING:
    from pluggram.intake.webhook.replies import Replies

Kind = Literal["polling", "webhook"]


class Source(Protocol):
    """Brings updates to a Taker."""

    @property
    def kind(self) -> Kind:
        """How it does."""

    @property
    def replies(self) -> "Replies | None":
        """What holds posts so that their response carries the answer; None where nothing does."""

    async def run(self) -> None:
        """Bring updates until cancelled; raises PluggramError when that can never go on."""

    async def confirm(self) -> None:
        """Tell Telegram of what was taken last, so that it does not come again."""


class Api(UpdateSource, Protocol):
    """The Bot API, as sources need it."""

    def call(self, method: str, parameters: Mapping[str, Any], /) -> Awaitable[Any]:
        """Call a method and give its raw result; raises TelegramError."""


def source_of(
    config: Config,
    api: Api,
    taker: Taker,
    allowed: Callable[[], Sequence[str]],
    progress: Progress,
    kept: Store,
    bot_id: int,
) -> Source:
    """Make the source that `telegram.updates` names.

    allowed: says which kinds of update are wanted. kept: remembers which webhook was set.
    Raises what `prove` raises.
    """
    webhook = config.telegram.webhook
    if config.telegram.updates == "webhook":
        prove(config)
        # what polls needs no HTTP server
        from pluggram.intake.webhook.replies import PATIENCE, Replies
        from pluggram.intake.webhook.source import Webhook

        wanted, address = plan(config)
        replies = Replies(PATIENCE) if webhook is not None and webhook.reply_in_webhook else None
        registration = Registration(api.call, wanted, allowed, kept, str(bot_id), progress)
        return Webhook(registration, taker, address, replies=replies)
    polling = Polling(api, taker, allowed, progress)
    return TakingBack(polling, api.call, webhook.url, progress) if webhook is not None else polling


def prove(config: Config) -> None:
    """Make sure that the source can be made, before anybody is asked for updates; raises ConfigError, CannotListen."""
    if config.telegram.updates == "webhook":
        plan(config)
