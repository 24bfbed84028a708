from pluggram.simulator.control import journal
from pluggram.simulator.control.journal import Journal
from tests.core.simulator.stage import Stage


async def test_what_is_too_old_is_forgotten_and_numbers_stay(stage: Stage) -> None:
    stage.ann.send(stage.chat, "/start")
    with Journal.opened(stage.telegram) as opened:
        for _ in range(journal.KEPT + 2):
            await stage.ok("sendChatAction", chat_id=stage.ann.id, action="typing")
        kept = opened.after(0)
        assert len(kept) == journal.KEPT
        assert (kept[0]["number"], kept[-1]["number"], opened.last) == (4, journal.KEPT + 3, journal.KEPT + 3)
        assert [each["number"] for each in opened.after(journal.KEPT + 2)] == [journal.KEPT + 3]
