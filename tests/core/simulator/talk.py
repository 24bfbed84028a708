import io
from typing import Any

from pluggram.simulator import JsonObject, User
from pluggram.simulator.lines import from_stream
from pluggram.simulator.terminal import Terminal
from tests.core.simulator.pictures import png
from tests.core.simulator.stage import Stage

KEYBOARD = {"inline_keyboard": [[{"text": "Next", "callback_data": "2"}, {"text": "Site", "url": "http://a.b/"}]]}


class Talk:
    """A terminal fed from a string, with a bot that answers and the admins it was told of."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.admins: list[User] = [stage.ann]

    async def __call__(self, *lines: str, colours: bool = False, prompts: bool = False) -> str:
        out = io.StringIO()
        terminal = Terminal(
            self.stage.telegram,
            self.stage.bot,
            admin=self.stage.ann,
            make_admin=self.admins.append,
            settled=self.stage.telegram_is_quiet,
            read=from_stream(io.StringIO("".join(f"{line}\n" for line in lines))),
            out=out,
            colours=colours,
            prompts=prompts,
        )
        await terminal.run()
        return out.getvalue()

    async def answer(self, update: JsonObject) -> None:
        kind = list(update)[1]
        body = update[kind]
        assert isinstance(body, dict)
        match kind:
            case "callback_query":
                await self.turn(body)
            case "inline_query":
                await self.offer(body)
            case "message" if "via_bot" not in body:
                await self.reply(body)

    async def turn(self, query: JsonObject) -> None:
        await self.stage.ok("answerCallbackQuery", callback_query_id=query["id"], text="turned", show_alert=True)
        place = {"inline_message_id": query.get("inline_message_id")}
        message = query.get("message")
        if isinstance(message, dict):
            place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        await self.stage.ok("editMessageText", **place, text=f"page {query['data']}")

    async def reply(self, message: dict[str, Any]) -> None:
        chat = message["chat"]["id"]
        match message.get("text", message.get("caption", "")):
            case "/page":
                await self.stage.ok("sendMessage", chat_id=chat, text="page 1", reply_markup=KEYBOARD)
            case "/gone":
                sent = await self.stage.message(chat_id=chat, text="soon gone")
                await self.stage.ok("deleteMessage", chat_id=chat, message_id=sent["message_id"])
            case "/chart":
                picture = ("chart.png", png(1200, 600), "image/png")
                await self.stage.ok("sendPhoto", chat_id=chat, photo=picture, caption="sales")
            case "/alarm":
                await self.stage.ok("sendMessage", chat_id=self.stage.bob.id, text="alarm!")
            case text:
                who, where = message["from"]["first_name"], message["chat"]["type"]
                kind = "".join(f"{kind} with " for kind in ("document", "photo") if kind in message)
                await self.stage.ok("sendMessage", chat_id=chat, text=f"{who} in {where}: {kind}{text}\n{chat < 0}")

    async def offer(self, query: JsonObject) -> None:
        texts = [] if query["query"] == "nothing" else ["one", "two"]
        results = [
            {"type": "article", "id": text, "title": text.title(), "description": query["query"],
             "input_message_content": {"message_text": text}, "reply_markup": KEYBOARD}
            for text in texts
        ]  # fmt: skip
        if query["query"] != "ignored":
            button = {"text": "Sign in", "start_parameter": "sign-in"}
            await self.stage.ok("answerInlineQuery", inline_query_id=query["id"], results=results, button=button)
