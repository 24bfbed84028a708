"""When messages of broadcasts may go out, on a loop whose time jumps."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise

from pluggram.bot.broadcasts.pace import CHAT_PAUSE, GROUP_PAUSE, LONGEST_DEBT, RATE, REMEMBERED, Pace
from pluggram.broadcasts import ChatId
from tests.core.telegram.clock import now, pass_time


@dataclass
class Traffic:
    spoken: int = 0
    held: float = 0.0


async def turns(pace: Pace, chats: range, traffic: Traffic | None = None) -> list[float]:
    """Take a turn for each chat, and give the times."""
    times = []
    for chat in chats:
        await pace.turn(chat, traffic or Traffic())
        times.append(now())
    return times


def gaps(times: list[float]) -> set[float]:
    return {round(later - earlier, 3) for earlier, later in pairwise(times)}


async def test_messages_go_out_at_an_even_rate_below_telegrams() -> None:
    assert gaps(await turns(Pace(), range(1, 100))) == {1 / RATE}


async def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    pace, came = Pace(), list[int]()

    async def take(chat: int) -> None:
        await pace.turn(chat, Traffic())
        came.append(chat)

    await asyncio.gather(*map(take, range(50)))
    assert came == list(range(50))


async def test_what_the_bot_says_else_takes_its_part_and_waits_for_nothing() -> None:
    pace, traffic = Pace(), Traffic()
    before = await turns(pace, range(10), traffic)
    traffic.spoken += 10
    after = await turns(pace, range(10, 20), traffic)
    assert round(after[0] - before[-1], 3) == round(11 / RATE, 3)
    assert gaps(after) == {1 / RATE}


async def test_a_bot_that_never_rests_lets_a_broadcast_get_on_slowly() -> None:
    pace, traffic, times = Pace(), Traffic(), list[float]()
    for chat in range(5):
        traffic.spoken += 1000
        times += await turns(pace, range(chat, chat + 1), traffic)
    assert gaps(times) == {LONGEST_DEBT}


async def test_what_was_said_before_a_broadcast_does_not_hold_it_back() -> None:
    pace, traffic = Pace(), Traffic(spoken=1_000_000)
    begun = now()
    assert (await turns(pace, range(1), traffic))[0] - begun <= LONGEST_DEBT


async def test_a_message_in_several_parts_counts_as_several() -> None:
    pace = Pace()
    [first] = await turns(pace, range(1))
    pace.more(3)
    [second] = await turns(pace, range(1, 2))
    assert round(second - first, 3) == 4 / RATE


async def test_a_chat_gets_no_two_broadcasts_in_a_second_and_a_group_none_in_three() -> None:
    pace = Pace()
    ids: list[tuple[ChatId, float]] = [(5, CHAT_PAUSE), (-100, GROUP_PAUSE), ("@channel", GROUP_PAUSE)]
    for chat, pause in ids:
        await pace.turn(chat, Traffic())
        taken = now()
        await pace.turn(chat, Traffic())
        assert round(now() - taken, 3) == pause


async def test_a_hold_lasts_as_long_as_it_was_said() -> None:
    pace = Pace()
    begun = now()
    pace.hold(30)
    pace.hold(5)
    assert (await turns(pace, range(1)))[0] - begun == 30


async def test_while_the_whole_bot_has_to_wait_nothing_goes_out() -> None:
    pace, traffic = Pace(), Traffic(held=5.0)
    waiting = asyncio.create_task(pace.turn(1, traffic))
    await pass_time(60)
    assert not waiting.done()
    traffic.held = 0.0
    await waiting


async def test_chats_are_forgotten_when_their_pause_is_over() -> None:
    pace = Pace()
    await turns(pace, range(1000))
    assert len(pace._chats) <= REMEMBERED
