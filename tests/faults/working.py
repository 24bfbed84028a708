"""The plugin of the harness: /work takes a while, and every run of any handler stands in the journal."""

from pluggram import Authorizer, Context, Handled, Handler, Request, handler, hookimpl
from tests.faults.work import DIGITS, Journal, number_in, work


class Working:
    """Works, and keeps the journal for all plugins."""

    def __init__(self, context: Context) -> None:
        self._journal = Journal()

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer /work."""
        number = "0" * DIGITS
        return [handler(rf"/work\s+(?P<number>[0-9]{{{DIGITS}}})", self.work, family="/work <number>",
                        examples=[f"/work {number}"])]  # fmt: skip

    async def work(self, request: Request, number: str) -> str:
        """Take a while."""
        await work(number)
        return f"done {number}"

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
