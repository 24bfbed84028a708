import base64

from tests.core.simulator.control.conftest import Control
from tests.core.simulator.pictures import png
from tests.core.simulator.stage import Stage

KEYBOARD = {"inline_keyboard": [[{"text": "Next", "callback_data": "2"}]]}
ARTICLE = {"type": "article", "id": "a", "title": "A", "input_message_content": {"message_text": "chosen"}}


async def test_a_person_writes_edits_and_deletes(stage: Stage, control: Control) -> None:
    sent = await control.made("send", text="/start")
    answered = await control.made("send", text="reply", reply_to=sent["message_id"], thread_id=7)
    assert answered["reply_to_message"]["text"] == "/start"  # type: ignore[index]
    assert answered["message_thread_id"] == 7
    assert (await control.made("edit", message_id=sent["message_id"], text="/begin"))["text"] == "/begin"
    assert await control("delete", message_id=sent["message_id"]) is True
    assert [list(update)[1] for update in await stage.updates()] == ["message", "message", "edited_message"]


async def test_a_person_writes_in_a_group_by_its_id(stage: Stage, control: Control) -> None:
    group = stage.telegram.group("G", stage.ann, stage.bob, stage.bot)
    await control("send", text="/help", user=stage.bob.id, chat=group.id)
    assert group.messages[1].author is stage.bob
    assert await control.refusal("send", text="x", user=stage.bob.id, chat=stage.ann.id) == (
        "Bob is not in this private chat"
    )


async def test_a_person_sends_files(stage: Stage, control: Control) -> None:
    content = base64.b64encode(b"1,2").decode()
    document = await control.made("send_document", name="a.csv", content=content, caption="all")
    assert (document["document"]["file_name"], document["caption"]) == ("a.csv", "all")  # type: ignore[index]
    photo = await control.made("send_photo", name="a.png", content=base64.b64encode(png(9, 9)).decode())
    assert photo["photo"]


async def test_a_person_forwards(stage: Stage, control: Control) -> None:
    group = stage.telegram.group("G", stage.ann, stage.bot)
    sent = await control.made("send", text="news")
    forwarded = await control.made("forward", message_id=sent["message_id"], to=group.id)
    assert forwarded["chat"]["id"] == group.id  # type: ignore[index]
    assert forwarded["forward_origin"]["sender_user"]["id"] == stage.ann.id  # type: ignore[index]


async def test_a_person_presses_the_last_button_or_one_of_a_message(stage: Stage, control: Control) -> None:
    await control("send", text="/start")
    assert await control.refusal("press", button="Next") == "no message here has buttons"
    sent = await stage.message(chat_id=stage.ann.id, text="page 1", reply_markup=KEYBOARD)
    assert (await control.made("press", button="Next"))["data"] == "2"
    query = await control.made("press", button="2", message_id=sent["message_id"])
    await stage.ok("answerCallbackQuery", callback_query_id=query["id"], text="turned")
    [answered] = [each for each in await control.events(0) if each["kind"] == "callback_answered"]
    assert (answered["query_id"], answered["text"]) == (query["id"], "turned")


async def test_a_person_asks_inline_and_chooses(stage: Stage, control: Control) -> None:
    group = stage.telegram.group("G", stage.ann, stage.bot)
    query = await control.made("inline", query="cats", chat=group.id)
    assert query["chat_type"] == "group"
    assert "no answered inline query" in await control.refusal("choose", query_id=query["id"], result_id="a")
    await stage.ok("answerInlineQuery", inline_query_id=query["id"], results=[ARTICLE])
    [answered] = await control.events(0)
    assert (answered["kind"], answered["query_id"]) == ("inline_answered", query["id"])
    assert [result["title"] for result in answered["results"]] == ["A"]  # type: ignore[attr-defined]
    chosen = await control.made("choose", query_id=query["id"], result_id="a", chat=group.id)
    assert (chosen["text"], chosen["via_bot"]["id"]) == ("chosen", stage.bot.id)  # type: ignore[index]


async def test_a_person_follows_a_deep_link_and_sees_the_menu(stage: Stage, control: Control) -> None:
    assert (await control.made("start", payload="post_42"))["text"] == "/start post_42"
    assert "a payload is up to 64" in await control.refusal("start", payload="a b")
    command = {"command": "help", "description": "Help"}
    await stage.ok("setMyCommands", commands=[command], scope={"type": "all_private_chats"})
    group = stage.telegram.group("G", stage.ann, stage.bot)
    assert await control("menu") == [command]
    assert await control("menu", chat=group.id) == []


async def test_a_person_blocks_the_bot(stage: Stage, control: Control) -> None:
    await control("send", text="/start")
    await control("block")
    assert "blocked" in await stage.refusal("sendMessage", chat_id=stage.ann.id, text="x")
    await control("unblock")
    await stage.ok("sendMessage", chat_id=stage.ann.id, text="x")


async def test_a_person_pins(stage: Stage, control: Control) -> None:
    await control("send", text="rules")
    await control("pin", message_id=1)
    assert stage.chat.pinned == [stage.chat.messages[1]]
