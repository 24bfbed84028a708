import pytest

from pluggram.simulator import SimulatorError
from tests.core.simulator.pictures import png
from tests.core.simulator.stage import Stage


async def test_a_message_reaches_the_bot_as_telegram_writes_it(stage: Stage) -> None:
    stage.ann.send(stage.chat, "  /start now ")
    (update,) = await stage.updates()
    assert update == {
        "update_id": 1_800_000_000,
        "message": {
            "message_id": 1,
            "from": {
                "id": stage.ann.id, "is_bot": False, "first_name": "Ann", "username": "ann", "language_code": "en",
            },
            "chat": {"id": stage.ann.id, "type": "private", "first_name": "Ann", "username": "ann"},
            "date": 1_800_000_000,
            "text": "/start now",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        },
    }  # fmt: skip


async def test_an_edit_arrives_as_edited_message(stage: Stage) -> None:
    message = stage.ann.send(stage.chat, "one")
    stage.clock.now += 5
    stage.ann.edit(message, "/two")
    update = (await stage.updates())[1]["edited_message"]
    assert isinstance(update, dict)
    assert (update["text"], update["edit_date"] - update["date"]) == ("/two", 5)
    with pytest.raises(SimulatorError, match="did not write"):
        stage.bob.edit(message, "mine")


async def test_an_anonymous_administrator_speaks_in_the_groups_name(stage: Stage) -> None:
    group = stage.telegram.supergroup("House", stage.bob, stage.ann, stage.bot)
    group.promote(stage.ann, anonymous=True, title="Porter")
    stage.ann.send(group, "/start")
    message = (await stage.updates())[0]["message"]
    assert isinstance(message, dict)
    assert message["from"]["id"] == 1087968824
    assert message["sender_chat"] == message["chat"]
    assert message["author_signature"] == "Porter"


async def test_a_channel_speaks_in_a_group_through_its_administrator(stage: Stage) -> None:
    channel = stage.telegram.channel("News", stage.ann)
    group = stage.telegram.group("House", stage.ann, stage.bot)
    stage.ann.send(group, "/start", as_chat=channel)
    message = (await stage.updates())[0]["message"]
    assert isinstance(message, dict)
    assert (message["from"]["id"], message["sender_chat"]["id"]) == (136817688, channel.id)


async def test_a_post_in_a_channel_has_no_sender(stage: Stage) -> None:
    channel = stage.telegram.channel("News", stage.ann, stage.bot)
    post = stage.ann.send(channel, "news")
    stage.ann.edit(post, "old news")
    first, second = await stage.updates()
    assert isinstance(first["channel_post"], dict)
    assert "from" not in first["channel_post"]
    assert "edited_channel_post" in second
    channel.add(stage.bob)
    with pytest.raises(SimulatorError, match="only administrators"):
        stage.bob.send(channel, "me too")


async def test_a_file_reaches_the_bot_with_its_caption_and_commands(stage: Stage) -> None:
    stage.ann.send_document(stage.chat, "links.csv", b"number,url", caption="/import all")
    stage.ann.send_photo(stage.chat, "chart.png", png(90, 60))
    first, second = [update["message"] for update in await stage.updates()]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["document"]["file_name"], first["document"]["mime_type"]) == ("links.csv", "text/csv")
    assert (first["caption"], first["caption_entities"]) == (
        "/import all", [{"type": "bot_command", "offset": 0, "length": 7}],
    )  # fmt: skip
    assert "text" not in first
    assert [(size["width"], size["height"]) for size in second["photo"]] == [(90, 60)]
    assert "caption" not in second


async def test_a_caption_is_edited_and_forwarded(stage: Stage) -> None:
    sent = stage.ann.send_document(stage.chat, "a.txt", b"x", caption="old")
    stage.ann.edit(sent, "new")
    forwarded = stage.ann.forward(sent, stage.chat).json()
    stage.ann.edit(sent, "")
    assert "caption" not in sent.json()
    assert (forwarded["caption"], forwarded["document"]) == ("new", sent.json()["document"])
    with pytest.raises(SimulatorError, match="at most 1024"):
        stage.ann.edit(sent, "x" * 1025)


async def test_a_caption_that_names_the_bot_reaches_it_in_a_group(stage: Stage) -> None:
    group = stage.telegram.group("House", stage.ann, stage.bot)
    stage.ann.send_document(group, "a.txt", b"x", caption="unheard")
    stage.ann.send_document(group, "a.txt", b"x", caption="/import@post_bot")
    (update,) = await stage.updates()
    assert update["message"]["caption"] == "/import@post_bot"  # type: ignore[index]


async def test_what_telegram_takes_for_no_file_cannot_be_sent(stage: Stage) -> None:
    with pytest.raises(SimulatorError, match=r"does not take a\.png: IMAGE_PROCESS_FAILED"):
        stage.ann.send_photo(stage.chat, "a.png", b"%PDF")
    with pytest.raises(SimulatorError, match=r"does not take a\.txt: File must be non-empty"):
        stage.ann.send_document(stage.chat, "a.txt", b"")


async def test_a_forward_names_its_origin_unless_he_hides(stage: Stage) -> None:
    group = stage.telegram.group("House", stage.bob, stage.ann)
    said = stage.bob.send(group, "hello")
    forwards = [stage.ann.forward(said, stage.chat)]
    stage.bob.hides_forwards = True
    forwards.append(stage.ann.forward(said, stage.chat))
    forwards.append(stage.ann.forward(forwards[0], stage.chat))
    with pytest.raises(SimulatorError, match="did not write"):
        stage.ann.edit(forwards[0], "mine")
    kinds = [each.forward_origin["type"] for each in forwards if each.forward_origin]
    assert kinds == ["user", "hidden_user", "user"]
    assert forwards[2].forward_origin == forwards[0].forward_origin


async def test_what_is_protected_or_news_cannot_be_forwarded(stage: Stage) -> None:
    stage.ann.send(stage.chat, "/start")
    await stage.message(chat_id=stage.ann.id, text="x", protect_content=True)
    await stage.ok("pinChatMessage", chat_id=stage.ann.id, message_id=1)
    for number in (2, 3):
        with pytest.raises(SimulatorError, match=f"message {number} cannot be forwarded"):
            stage.ann.forward(stage.chat.messages[number], stage.chat)


async def test_a_chosen_inline_result_is_sent_via_the_bot(stage: Stage) -> None:
    query = stage.ann.inline(stage.bot, "0042")
    (update,) = await stage.updates()
    assert update["inline_query"] == {
        "id": query.id, "from": stage.ann.json(), "chat_type": "sender", "query": "0042", "offset": "",
    }  # fmt: skip
    content = {"message_text": "<b>link</b>", "parse_mode": "HTML"}
    article = {"type": "article", "id": "1", "title": "Post", "input_message_content": content}
    await stage.ok("answerInlineQuery", inline_query_id=query.id, results=[article])
    message = stage.ann.choose(query, "1", stage.chat)
    assert message.json()["via_bot"] == stage.bot.json()
    assert message.entities == [{"type": "bold", "offset": 0, "length": 4}]
    with pytest.raises(SimulatorError, match="did not write"):
        stage.ann.edit(message, "mine")
    with pytest.raises(SimulatorError, match="no result '2'"):
        stage.ann.choose(query, "2", stage.chat)


async def test_a_deep_link_starts_the_bot_with_its_payload(stage: Stage) -> None:
    assert [stage.ann.start(stage.bot).text, stage.ann.start(stage.bot, "post_42-a").text] == [
        "/start", "/start post_42-a",
    ]  # fmt: skip
    for payload in ("a b", "x" * 65, "é"):
        with pytest.raises(SimulatorError, match="a payload is up to 64"):
            stage.ann.start(stage.bot, payload)


async def test_what_the_app_would_not_send_is_refused(stage: Stage) -> None:
    group = stage.telegram.group("House", stage.ann)
    for text in ("", " \n", "\u200b", "😀" * 2049):
        with pytest.raises(SimulatorError, match="1 to 4096"):
            stage.ann.send(stage.chat, text)
    with pytest.raises(SimulatorError, match="Bob is not in House"):
        stage.bob.send(group, "hello")
    with pytest.raises(SimulatorError, match="no button 'x'"):
        stage.ann.press(stage.ann.send(stage.chat, "hi"), "x")


async def test_a_pressed_button_asks_the_bot_that_sent_it(stage: Stage) -> None:
    stage.ann.send(stage.chat, "/start")
    keyboard = {"inline_keyboard": [[{"text": "Next", "callback_data": "page:2"}]]}
    sent = await stage.message(chat_id=stage.ann.id, text="page 1", reply_markup=keyboard)
    message = stage.chat.messages[int(str(sent["message_id"]))]
    by_label, by_data = stage.ann.press(message, "Next"), stage.ann.press(message, "page:2")
    queries = [update["callback_query"] for update in (await stage.updates())[1:]]
    assert queries == [by_label.json(), by_data.json()]
    assert by_label.json()["message"] == sent
    assert {"id", "from", "message", "chat_instance", "data"} == set(by_label.json())
    await stage.ok("deleteMessage", chat_id=stage.ann.id, message_id=message.id)
    assert by_label.json()["message"] == {"chat": stage.chat.json(), "message_id": message.id, "date": 0}


async def test_a_reply_shows_its_target_but_not_the_targets_own(stage: Stage) -> None:
    first = stage.ann.send(stage.chat, "one")
    second = stage.ann.send(stage.chat, "two", reply_to=first)
    third = stage.ann.send(stage.chat, "three", reply_to=second).json()["reply_to_message"]
    assert isinstance(third, dict)
    assert third["text"] == "two"
    assert "reply_to_message" not in third
    assert second.json()["reply_to_message"] == first.json()


async def test_one_deletes_ones_own_messages_and_an_administrator_all(stage: Stage) -> None:
    group = stage.telegram.group("House", stage.ann, stage.bob)
    said = [stage.ann.send(group, "one"), stage.bob.send(group, "two"), stage.bob.send(group, "three")]
    with pytest.raises(SimulatorError, match="Bob cannot delete message 1"):
        stage.bob.delete(said[0])
    stage.bob.delete(said[1])
    stage.ann.delete(said[2])
    assert [message.standing for message in said] == [True, False, False]
    assert group.latest is said[0]
