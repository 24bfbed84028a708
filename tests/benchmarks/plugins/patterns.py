"""Commands that a bot has besides, and nobody asks for."""

from pluggram import Context, Handler, Request, handler, hookimpl


class Patterns:
    """The table's name says which they are: `filler_3_1000` has 1,000, from the 3,000th on.

    It has no settings, for these would be all that pydantic is imported for.
    """

    def __init__(self, context: Context) -> None:
        _, number, count = context.name.split("_")
        self._numbers = range(int(number) * int(count), (int(number) + 1) * int(count))

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [
            handler(rf"/filler{n:05}(?P<word>[a-z]+)", self.answer, examples=[f"/filler{n:05}x"]) for n in self._numbers
        ]

    async def answer(self, request: Request, word: str) -> str:
        return word
