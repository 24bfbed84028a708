"""Commands that a bot has besides, and nobody asks for."""

from pydantic import BaseModel

from pluggram import Context, Handler, Request, handler, hookimpl


class Patterns:
    """Commands that nobody asks for."""

    class Settings(BaseModel):
        """The number of the first one, and how many there are."""

        first: int
        count: int

    def __init__(self, context: Context) -> None:
        self._settings: Patterns.Settings = context.settings

    @hookimpl
    def handlers(self) -> list[Handler]:
        first = self._settings.first
        numbers = range(first, first + self._settings.count)
        return [handler(rf"/filler{n:05}(?P<word>[a-z]+)", self.answer, examples=[f"/filler{n:05}x"]) for n in numbers]

    async def answer(self, request: Request, word: str) -> str:
        return word
