"""A message to many chats, over the simulator: whom it reaches, what is told of it, and what it survives."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from pluggram.bot.broadcasts.ledger import MOST_TWICE
from pluggram.bot.broadcasts.mailing import TRIES
from pluggram.bot.broadcasts.pace import GROUP_PAUSE, RATE
from pluggram.bot.broadcasts.road import IN_FLIGHT
from pluggram.parts import File
from pluggram.reply import Reply
from pluggram.simulator.faults import ANY, Refused, Reset, Slow
from pluggram.simulator.model.content import Photo
from pluggram.storage.memory import MemoryBackend
from pluggram.telegram.everywhere import SEVERAL
from tests.core.bot.broadcasts.stage import Stage, killed, staged
from tests.core.simulator.pictures import png
from tests.core.telegram.clock import now, pass_time


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    backend = MemoryBackend()
    await backend.open()
    async with staged(60, backend) as opened:
        yield opened


async def test_all_chats_get_it_in_their_order_and_at_an_even_pace(stage: Stage) -> None:
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "november", stage.ids, "Snow!")
        progress = await news.done()
    assert (progress.total, progress.sent, progress.left, progress.state) == (60, 60, 0, "done")
    assert [call.chat for call in stage.telegram.sent] == [str(each) for each in stage.ids]
    assert all(stage.got(chat) == ["Snow!"] for chat in stage.chats)
    assert stage.times[-1] - stage.times[0] == pytest.approx(59 / RATE)


async def test_a_chat_that_telegram_asks_to_wait_for_holds_up_no_other_and_gets_it_once(stage: Stage) -> None:
    stage.telegram.faults.next("sendMessage", Refused(429, 300), chat=stage.chats[3])
    begun = now()
    async with stage.process() as broadcasts:
        await (await broadcasts.begin("news", "november", stage.ids, "Snow!")).done()
    assert all(stage.got(chat) == ["Snow!"] for chat in stage.chats)
    assert stage.times[-2] - begun < 4
    assert stage.telegram.sent[-1].chat == str(stage.chats[3].id)
    assert stage.times[-1] - begun >= 300


async def test_who_cannot_be_reached_is_told_with_the_reason(stage: Stage) -> None:
    for person in stage.people[:5]:
        person.block(stage.account)
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "november", [*stage.ids, 404, "@nobody"], "Snow!")
        progress = await news.done()
        blocked, failures = [each async for each in news.blocked()], [each async for each in news.failures()]
    assert (progress.total, progress.sent, progress.blocked, progress.failed, progress.left) == (62, 55, 5, 2, 0)
    assert progress.reasons == {"Forbidden: bot was blocked by the user": 5, "Chat not found": 2}
    assert blocked == stage.ids[:5]
    assert failures == [(404, "Chat not found"), ("@nobody", "Chat not found")]


async def test_after_a_kill_it_goes_on_by_itself_few_come_twice_and_none_is_missing(stage: Stage) -> None:
    for person in stage.people[::7]:
        person.block(stage.account)
    broadcasts = stage.broadcasts()
    await broadcasts.load()
    running = broadcasts.running()
    await running.__aenter__()
    await broadcasts.begin("news", "november", stage.ids, "Snow!")
    await stage.sent(40)
    await killed(broadcasts)
    async with stage.process() as again:
        progress = await again.of("news")["november"].done()
        blocked = [each async for each in again.of("news")["november"].blocked()]
    reached = [chat for chat in stage.chats if not chat.blocked]
    assert all(stage.got(chat) for chat in reached)
    assert 0 < sum(len(stage.got(chat)) - 1 for chat in reached) <= MOST_TWICE
    assert (progress.sent, progress.blocked, progress.left) == (len(reached), 9, 0)
    assert sorted(blocked) == sorted(chat.id for chat in stage.chats if chat.blocked)


async def test_a_stop_and_a_start_send_nothing_twice(stage: Stage) -> None:
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "november", stage.ids, "Snow!")
        await stage.sent(20)
    assert news.progress.left > 30
    async with stage.process() as again:
        await again.of("news")["november"].done()
    assert all(stage.got(chat) == ["Snow!"] for chat in stage.chats)
    assert [call.chat for call in stage.telegram.sent] == [str(each) for each in stage.ids]


async def test_while_telegram_is_out_of_reach_it_waits_and_says_so_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.telegram.faults.next(ANY, Refused(502), times=25)
    begun = now()
    async with stage.process() as broadcasts:
        progress = await (await broadcasts.begin("news", "november", stage.ids, "Snow!")).done()
    assert (progress.sent, progress.failed) == (60, 0)
    assert caplog.text.count("broadcasts are interrupted") == 1
    assert caplog.text.count("broadcasts go on") == 1
    assert now() - begun > 60


async def test_a_chat_that_breaks_telegram_is_given_up_and_no_other(stage: Stage) -> None:
    stage.telegram.faults.next("sendMessage", Reset(), times=99, chat=stage.chats[3])
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "november", stage.ids, "Snow!")
        progress = await news.done()
        failures = [chat async for chat, _ in news.failures()]
    assert (progress.sent, progress.failed) == (59, 1)
    assert failures == [stage.chats[3].id]
    assert Counter(call.chat for call in stage.telegram.sent)[str(stage.chats[3].id)] == TRIES


async def test_one_that_is_cancelled_ends_for_good_and_over_restarts(stage: Stage) -> None:
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "november", stage.ids, "Snow!")
        await stage.sent(20)
        progress = await news.cancel()
        assert progress.state == "cancelled"
        assert progress.left == 60 - len(stage.telegram.sent)
        assert await news.cancel() == await news.done() == progress
    sent = len(stage.telegram.sent)
    async with stage.process() as again:
        assert await again.of("news")["november"].done() == progress
        assert await (await again.begin("news", "november", stage.ids, "Snow!")).done() == progress
    assert len(stage.telegram.sent) == sent
    assert await stage.kept() == 1


async def test_two_broadcasts_share_the_pace_and_a_group_gets_them_apart(stage: Stage) -> None:
    group = stage.telegram.group("Readers", stage.people[0], stage.account)
    async with stage.process() as broadcasts:
        one = await broadcasts.begin("news", "one", [group.id, *stage.ids], "One")
        two = await broadcasts.begin("news", "two", [group.id, *stage.ids], "Two")
        await asyncio.gather(one.done(), two.done())
    assert sorted(stage.got(group)) == ["One", "Two"]
    first, second = [call.at for call in stage.telegram.sent if call.chat == str(group.id)]
    assert second - first >= GROUP_PAUSE
    assert len(stage.times) / (stage.times[-1] - stage.times[0]) <= RATE + 1


async def test_a_file_is_uploaded_once_also_when_a_restart_comes_between(stage: Stage) -> None:
    stage.telegram.faults.next("sendPhoto", Slow(5))
    async with stage.process() as broadcasts:
        await broadcasts.begin("news", "chart", stage.ids, Reply("Look", photo=File("chart.png", png(20, 10))))
        await stage.sent(20)
    async with stage.process() as again:
        await again.of("news")["chart"].done()
    contents = [message.content for chat in stage.chats for message in stage.messages(chat)]
    assert len(contents) == 60
    assert all(isinstance(content, Photo) for content in contents)
    assert stage.telegram.uploads == 1


async def test_a_group_that_became_a_supergroup_is_followed(stage: Stage) -> None:
    group = stage.telegram.group("Readers", stage.people[0], stage.account)
    new = stage.telegram.migrate(group)
    async with stage.process() as broadcasts:
        progress = await (await broadcasts.begin("news", "november", [group.id], "Snow!")).done()
    assert progress.sent == 1
    assert stage.got(new) == ["Snow!"]


async def test_replies_wait_for_no_broadcast_which_makes_room_for_them(stage: Stage) -> None:
    reader = stage.chats[0]
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "november", stage.ids, "Snow!")
        await stage.sent(20)
        for number in range(10):
            asked = now()
            await stage.client.send_to(reader.id, Reply(f"Answer {number}"))
            assert now() == asked
        before = len(stage.telegram.sent)
        await stage.sent(before + 1)
        assert stage.times[-1] - asked >= 10 / RATE
        await news.done()
    assert all("Snow!" in stage.got(chat) for chat in stage.chats)


async def test_when_the_whole_bot_has_to_wait_a_broadcast_does_and_sends_to_nobody_in_vain(stage: Stage) -> None:
    begun = now()
    stage.telegram.faults.next("sendMessage", Refused(429, 60), times=SEVERAL)
    async with stage.process() as broadcasts:
        progress = await (await broadcasts.begin("news", "november", stage.ids, "Snow!")).done()
    assert (progress.sent, progress.failed) == (60, 0)
    assert len(stage.telegram.sent) == 60 + SEVERAL
    assert all(stage.got(chat) == ["Snow!"] for chat in stage.chats)
    assert sum(at < begun + 60 for at in stage.times) == SEVERAL


async def test_a_plugin_that_no_longer_works_sends_no_more_until_it_does(stage: Stage) -> None:
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "november", stage.ids, "Snow!")
        await stage.sent(20)
        stage.working.clear()
        await pass_time(60)
        assert len(stage.telegram.sent) <= 20 + IN_FLIGHT
        assert news.progress.state == "running"
    async with stage.process():
        await pass_time(60)
    assert len(stage.telegram.sent) <= 20 + IN_FLIGHT
    stage.working.add("news")
    async with stage.process() as again:
        await again.of("news")["november"].done()
    assert all(stage.got(chat) == ["Snow!"] for chat in stage.chats)


async def test_what_is_kept_of_one_that_is_done_is_no_list_of_chats(stage: Stage) -> None:
    async with stage.process() as broadcasts:
        await (await broadcasts.begin("news", "november", stage.ids, "Snow!")).done()
    assert await stage.kept() == 1


async def test_another_bot_does_not_go_on_with_it(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "november", stage.ids, "Snow!")
        await stage.sent(20)
    broadcasts = stage.broadcasts()
    await broadcasts.load()
    mailing = broadcasts.of("news")["november"]
    mailing.kept.account += 1
    before = len(stage.telegram.sent)
    async with broadcasts.running():
        await pass_time(60)
    assert len(stage.telegram.sent) == before
    assert f"this is bot {stage.account.id}" in caplog.text
    assert news.name in caplog.text
