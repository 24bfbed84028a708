"""Whether what was done can be taken back in chat."""

from pluggram import BotView, Request

COMMAND = "/undo"


async def hint(bot: BotView, request: Request) -> str:
    """Name the command that takes back what was just done, on a line of its own; nothing where there is none."""
    undoing = bot.finds(COMMAND)
    if undoing is None or not await bot.permits(request, undoing):
        return ""
    return f"\n{COMMAND} takes it back."
