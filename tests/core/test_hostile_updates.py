"""No update of any shape stops the bot: none is raised out of it, and its neighbours are answered."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluggram.intake import Row
from pluggram.intake.row import lane_key
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.render import render
from tests.core.odd_updates import MESSAGE, NASTY, Raw, odd_updates, valid_updates
from tests.core.telegram.ptb.room import Room, served

BUILT_IN = "".join(
    f"[plugins.{name}]\n" for name in ("postno", "links", "admins", "audit", "health", "metrics", "help")
)

EVERYTHING = """
@hookimpl
def handlers(self):
    everywhere = {"edited", "channel_post", "forwarded", "via_bot"}
    return [handler(r"(?s)(?P<text>.*)", self.answer, on=kind, accept=everywhere if kind in ("message", "document")
            else set(), fallback=kind == "message") for kind in ("message", "button", "inline", "document")]

async def answer(self, request: Request, text: str):
    seen = [request.id, request.user, request.chat, request.document, request.message_id, request.thread_id]
    return f"{request.kind} {text!r} {seen} {request.update.update_id}"
"""

NOTHING = """
@hookimpl
def handlers(self): return []
"""

CONVERSING = """
@hookimpl
def telegram_handlers(self):
    odd = TypeHandler(Update, self.take)
    return [
        ConversationHandler(
            [CommandHandler("order", self.begin)],
            {1: [MessageHandler(filters.TEXT & ~filters.COMMAND, self.go_on)]},
            [CommandHandler("cancel", self.end)], name="order", persistent=True,
        ),
        ConversationHandler([CallbackQueryHandler(self.go_on, "links")], {1: [CallbackQueryHandler(self.go_on)]}, [],
                            per_message=True),
        CallbackQueryHandler(self.take, "x"), InlineQueryHandler(self.take, "x"), PollHandler(self.take),
        PollAnswerHandler(self.take), ChatMemberHandler(self.take, ChatMemberHandler.ANY_CHAT_MEMBER),
        ChatJoinRequestHandler(self.take), MessageReactionHandler(self.take), ShippingQueryHandler(self.take),
        PreCheckoutQueryHandler(self.take), ChosenInlineResultHandler(self.take), ChatBoostHandler(self.take),
        TelegramHandler(MessageHandler(filters.Regex("[0-9]") & filters.Document.ALL, self.take), group=1),
        TelegramHandler(odd, group=2),
    ]

async def begin(self, update, context):
    context.user_data["asked"] = context.args
    return 1

async def go_on(self, update, context):
    return 1

async def end(self, update, context):
    return ConversationHandler.END

async def take(self, update, context):
    context.chat_data if update.effective_chat else None
    str(update)
"""


class Loop:
    """A served bot on an event loop that stands still between the examples of a test."""

    def __init__(self, runner: asyncio.Runner, room: Room) -> None:
        self.runner, self.room = runner, room

    def feed(self, update: Any) -> Reply | None:
        return self.runner.run(self._fed(Row(1, update, lane_key(update), 0)))

    async def _fed(self, row: Row) -> Reply | None:
        """Feed an update as the service does, and bring its answer back."""
        worker = self.room.service._intake._worker
        row.reply = await worker.answer(row)
        await worker.deliver(row, lambda calls: None)
        return row.reply


@contextmanager
def serving(folder: Path, *, everything: str = NOTHING, conversing: str = NOTHING) -> Iterator[Loop]:
    with asyncio.Runner() as runner:
        context = served(folder, more=BUILT_IN, everything=everything, conversing=conversing)
        room = runner.run(context.__aenter__())
        try:
            yield Loop(runner, room)
        finally:
            runner.run(context.__aexit__(None, None, None))


def examples(most: int) -> settings:
    return settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))


def failing(loop: Loop) -> list[str]:
    return [state.name for state in loop.room.bot.plugins if state.status in ("quarantined", "missing")]


def well_formed(text: str) -> Raw:
    return {"update_id": 1, "message": MESSAGE | {"text": text, "entities": []}}


def test_nothing_is_raised_out_of_a_bot_with_all_that_there_is(tmp_path: Path) -> None:
    with serving(tmp_path, everything=EVERYTHING, conversing=CONVERSING) as loop:

        @examples(400)
        @given(odd_updates() | valid_updates())
        def check(update: Any) -> None:
            reply = loop.feed(update)
            if reply is not None:
                list(render(Request.of_any(update), reply))
            lane_key(update)

        check()
        for update in NASTY:
            loop.feed(update)
        answer = loop.feed(well_formed("/postno0001"))
        assert answer is not None
        assert "0001" in answer.text
        assert failing(loop) == []


@pytest.mark.parametrize("conversing", [NOTHING, CONVERSING], ids=["patterns", "conversations"])
def test_whoever_writes_in_between_is_answered(conversing: str, tmp_path: Path) -> None:
    with serving(tmp_path, conversing=conversing) as loop:
        room = loop.room

        async def answered(updates: list[Raw]) -> list[int]:
            """Let Ann ask for a post after each update, and give the posts that she was told of."""
            before = set(room.chat.messages)
            for number, update in enumerate(updates):
                room.account.updates.push_raw({name: part for name, part in update.items() if name != "update_id"})
                room.ann.send(room.chat, f"/postno7{number:03}")
            await asyncio.wait_for(room.settled(), 20)
            told = [re.findall("7([0-9]{3})", each.text) for each in room.answers() if each.id not in before]
            return [int(number) for numbers in told for number in numbers]

        @examples(30)
        @given(st.lists(odd_updates(identified=True), min_size=1, max_size=8))
        def check(updates: list[Raw]) -> None:
            assert loop.runner.run(answered(updates)) == list(range(len(updates)))

        check()
        assert loop.runner.run(answered(list(NASTY))) == list(range(len(NASTY)))
        assert failing(loop) == []
