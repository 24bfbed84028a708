"""Much at once over the whole way: a crowd that presses, a plugin with more commands than Telegram shows."""

from pathlib import Path

from tests.core.telegram.ptb.room import served

TABLES = "[plugins.links]\n[plugins.help]\n"
MANY = """
@hookimpl
def handlers(self):
    return [handler(f"/order{n}", self.answer, help=f"Order thing {n}") for n in range(300)]

async def answer(self, request): return "ordered"
"""


async def test_a_thousand_presses_at_once_are_all_answered(tmp_path: Path) -> None:
    async with served(tmp_path, more=TABLES) as room:
        room.bot.add_owner(room.ann.id)
        for number in range(30):
            await room.say(f"/addlink {number:04} https://example.org/{number}")
        await room.say("/listlinks")
        listing = room.answers()[-1]
        crowd = [room.ann, *(room.telegram.user(f"Person {n}") for n in range(9))]
        label = str(listing.buttons[0]["text"])
        presses = [person.press(listing, label) for _ in range(100) for person in crowd]
        await room.settled()
        told = {press.answer.text if press.answer else None for press in presses if press.sender is not room.ann}
        assert told == {"Only an admin of this bot may do this."}
        assert all(press.answer is not None for press in presses)
        assert len(room.answers()) < 40
        assert await room.say("/order1") != []


async def test_three_hundred_commands_of_one_plugin_are_served_and_listed(tmp_path: Path) -> None:
    async with served(tmp_path, more=TABLES, one=MANY) as room:
        assert await room.say("/order299") == ["ordered"]
        listed = await room.say("/help")
        assert all(f"/order{n} " in "".join(listed) for n in range(300))
        assert all(len(commands) <= 100 for commands in room.account.commands.values())
        assert (await room.say("/ordr299"))[0].startswith("Did you mean")
