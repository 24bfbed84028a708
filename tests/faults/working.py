"""The plugin of the harness: /work takes a while, and every run of any handler stands in the journal."""

import asyncio
import os

from pluggram import Authorizer, Context, Handled, Handler, Request, handler, hookimpl
from tests.faults.work import DIGITS, NAP, Journal, number_in, take, work


class Working:
    """Works, and keeps the journal for all plugins."""

    def __init__(self, context: Context) -> None:
        self._journal = Journal()

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer /work."""
        number = rf"\s+(?P<number>[0-9]{{{DIGITS}}})"
        answers = {"work": self.work, "nap": self.nap, "wait": self.wait, "die": self.die}
        return [handler(f"/{name}{number}", answer) for name, answer in answers.items()]

    async def work(self, request: Request, number: str) -> str:
        """Take a while."""
        await work(number)
        return f"done {number}"

    async def nap(self, request: Request, number: str) -> str:
        """Take rather long."""
        await take(NAP)
        return f"slept {number}"

    async def wait(self, request: Request, number: str) -> str:
        """Never end."""
        await asyncio.Event().wait()
        return f"waited {number}"

    async def die(self, request: Request, number: str) -> str:
        """End the process on the spot, as a library does that crashes."""
        os._exit(9)

    @hookimpl
    def authorize(self) -> Authorizer:
        """Note that a handler begins: this is asked last before it does."""
        return self._begins

    async def _begins(self, request: Request, _: Handler) -> bool:
        self._journal.begin(number_in(request.text))
        return True

    @hookimpl
    def handled(self, event: Handled) -> None:
        """Note that a handler has ended."""
        self._journal.end(number_in(event.request.text))
