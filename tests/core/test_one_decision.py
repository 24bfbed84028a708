"""One function decides who may use what, whichever way it is asked for: each way is walked, by each, everywhere.

What each may is written down here once, without the code that decides it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pluggram.access import ADMINS, Permissions
from pluggram.bot import Bot
from pluggram.config import load
from pluggram.parts import Button
from pluggram.reply import Reply
from pluggram.simulator import Telegram, User
from pluggram.simulator.model.chats import Chat
from pluggram.telegram import Client
from pluggram.telegram.menus import MenuKeeper
from tests.core.telegram.fetched import fetched

TOYS = '''
from pluggram import Article, Context, Handler, Request, handler, hookimpl

THINGS = {"alpha": "all", "bravo": "group_admin", "kilo": "admin", "tango": "owner", "zulu": "all"}

class Toys:
    """Toys."""

    def __init__(self, context: Context) -> None:
        self.bot = context.bot

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [each for thing, access in THINGS.items() for each in (
            handler(f"/{thing}", self.answer, help=f"Do {thing}", access=access),
            handler(f"do:{thing}", self.answer, on="button", access=access),
            handler(f"do {thing}", self.offer, on="inline", access=access),
            handler(f"/file_{thing}", self.answer, on="document", access=access),
        )]

    async def answer(self, request: Request) -> str:
        return "done"

    async def offer(self, request: Request) -> list[Article]:
        return [Article("done", "done")]

    @hookimpl
    def authorize(self):
        return self.may

    async def may(self, request: Request, handler: Handler) -> bool:
        if request.user is not None and request.user.id == 66:
            return False
        quiet = "zulu" in handler.pattern and request.chat is not None and request.chat.type != "private"
        return not quiet or await self.bot.has_role(request, "admin")
'''

THINGS = ("alpha", "bravo", "kilo", "tango", "zulu")
ALL = frozenset(THINGS)
MAY = {
    ("Owner", "private"): ALL,
    ("Owner", "group"): ALL,
    ("Owner", "inline"): ALL,
    ("Admin", "private"): ALL - {"tango"},
    ("Admin", "group"): ALL - {"tango"},
    ("Admin", "inline"): ALL - {"tango"},
    ("Boss", "private"): {"alpha", "zulu"},
    ("Boss", "group"): {"alpha", "bravo"},
    ("Boss", "inline"): {"alpha", "zulu"},
    ("Member", "private"): {"alpha", "zulu"},
    ("Member", "group"): {"alpha"},
    ("Member", "inline"): {"alpha", "zulu"},
    ("Banned", "private"): set(),
    ("Banned", "group"): set(),
    ("Banned", "inline"): set(),
    ("Hidden", "group"): {"alpha"},
}
"""Boss administers the group; Hidden does too, and writes anonymously; Banned is an admin whom a plugin refuses."""


class Town:
    """A bot, the people around it, a group; what people do in the simulator is fed to the bot as Telegram sends it."""

    def __init__(self, telegram: Telegram, bot: Bot, client: Client) -> None:
        self.telegram, self.bot, self.client = telegram, bot, client
        self.account = next(iter(telegram.bots.values()))
        self.people = {person.first_name: person for person in telegram.users.values()}
        self.group = next(chat for chat in telegram.chats.values() if chat.type == "supergroup")
        self._offset: int | None = None

    def place(self, name: str, where: str) -> Chat:
        """The group, or a person's chat with the bot."""
        return self.group if where == "group" else self.telegram.private(self.people[name], self.account)

    async def heard(self, act: object) -> Reply | None:
        """Give the bot's answer to the last thing that somebody did."""
        updates = await fetched(self.client, self._offset, 0, self.bot.allowed_updates)
        self._offset = int(updates[-1]["update_id"]) + 1
        return await self.bot.feed(updates[-1])

    async def said(self, act: object) -> str:
        """Give the text of the answer."""
        reply = await self.heard(act)
        return reply.text if reply else ""

    async def board(self, chat: Chat) -> int:
        """Send a message with a button for each thing."""
        rows = [[Button(thing, data=f"do:{thing}")] for thing in THINGS]
        [message_id] = await self.client.send_to(chat.id, Reply("All there is", buttons=rows))
        return message_id


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Town]:
    telegram = Telegram()
    account = telegram.bot("toybot", privacy=False)
    people = {name: telegram.user(name) for name in ("Owner", "Admin", "Boss", "Member", "Hidden")}
    people["Banned"] = telegram.user("Banned", id=66)
    group = telegram.supergroup("Toys", people["Boss"], *people.values(), account)
    group.members[people["Hidden"].id].status = "administrator"
    group.members[people["Hidden"].id].anonymous = True
    for person in people.values():
        person.start(account)
    (folder / "toys.py").write_text(TOYS)
    (folder / "bot.toml").write_text(
        f'[bot]\nname = "x"\nowners = [{people["Owner"].id}]\n[storage]\nurl = "memory:"\n'
        '[plugins.toys]\nuse = "./toys.py:Toys"\n[plugins.help]\n'
    )
    bot = Bot(load(folder / "bot.toml", {}), strict=True)
    async with Client(account.token, "http://simulator", door=telegram) as client, bot.serving():
        bot.connect(client, client.username)
        await bot.store(ADMINS).put_many({str(people["Admin"].id): True, str(people["Banned"].id): True})
        yield Town(telegram, bot, client)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(tmp_path) as town:
        yield town


async def by_command(town: Town, person: User, chat: Chat, thing: str) -> bool:
    return await town.said(person.send(chat, f"/{thing}")) == "done"


async def by_button(town: Town, person: User, chat: Chat, thing: str) -> bool:
    message = chat.messages[await town.board(chat)]
    return await town.said(person.press(message, f"do:{thing}")) == "done"


async def by_document(town: Town, person: User, chat: Chat, thing: str) -> bool:
    return await town.said(person.send_document(chat, "x.csv", b"x", caption=f"/file_{thing}")) == "done"


async def by_listing(town: Town, person: User, chat: Chat, thing: str) -> bool:
    return f"/{thing} — Do {thing}" in await town.said(person.send(chat, "/help"))


async def by_explanation(town: Town, person: User, chat: Chat, thing: str) -> bool:
    return (await town.said(person.send(chat, f"/help {thing}"))).startswith(f"Usage: /{thing}")


async def by_suggestion(town: Town, person: User, chat: Chat, thing: str) -> bool:
    written = f"/{thing}x" if chat.type == "private" else f"/help {thing}x"
    return f"/{thing}?" in await town.said(person.send(chat, written))


Way = Callable[[Town, User, Chat, str], Awaitable[bool]]
WAYS: list[Way] = [by_command, by_button, by_document, by_listing, by_explanation, by_suggestion]
PLACES = [(name, where) for name, where in MAY if where != "inline"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "where"), PLACES)
async def test_every_way_that_is_written_or_pressed_leads_to_the_same(
    town: Town, name: str, where: str, way: Way
) -> None:
    chat = town.place(name, where)
    may = {thing for thing in THINGS if await way(town, town.people[name], chat, thing)}
    if way is by_button and name == "Hidden":
        assert may == MAY["Boss", where]  # a press is always a person's
    else:
        assert may == MAY[name, where]


@pytest.mark.parametrize("name", [name for name, where in MAY if where == "inline"])
async def test_inline_queries_lead_to_the_same(town: Town, name: str) -> None:
    may = set()
    for thing in THINGS:
        reply = await town.heard(town.people[name].inline(town.account, f"do {thing}"))
        may |= {thing} if reply and reply.articles else set()
    assert may == MAY[name, "inline"]


async def kept_menus(town: Town) -> None:
    keeper = asyncio.create_task(
        MenuKeeper(town.client.call, town.bot.menus, town.bot.store("core.menus"), town.client.me.id).run()
    )
    await town.bot.menus.settled()
    keeper.cancel()
    await asyncio.wait((keeper,))


@pytest.mark.parametrize(
    ("name", "where"),
    [("Owner", "private"), ("Admin", "private"), ("Boss", "private"), ("Member", "private"), ("Boss", "group"),
     ("Member", "group")],
)  # fmt: skip
async def test_menus_show_the_same(town: Town, name: str, where: str) -> None:
    await kept_menus(town)
    shown = town.people[name].menu(town.account, town.place(name, where))
    assert {entry["command"] for entry in shown} & ALL == MAY[name, where]


async def test_in_groups_where_menus_know_no_admins_they_show_no_more_than_the_same(town: Town) -> None:
    await kept_menus(town)
    for name in ("Owner", "Admin"):
        shown = {entry["command"] for entry in town.people[name].menu(town.account, town.group)} & ALL
        assert shown == MAY["Member", "group"] < MAY[name, "group"]


async def test_who_may_nothing_has_no_menu_of_his_own(town: Town) -> None:
    await kept_menus(town)
    scope = {"type": "chat", "chat_id": town.people["Banned"].id}
    assert await town.client.call("getMyCommands", {"scope": scope}) == []


async def nothing(permissions: Permissions, *_: object) -> str:
    return "Nobody may do anything."


@pytest.mark.parametrize("way", WAYS)
async def test_when_that_function_says_no_every_way_is_closed(
    town: Town, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Permissions, "refusal", nothing)
    town.bot._resolve()
    chat = town.place("Owner", "private")
    assert not any([await way(town, town.people["Owner"], chat, thing) for thing in THINGS])
    assert await town.bot.menus.wanted() == {}
    reply = await town.heard(town.people["Owner"].inline(town.account, "do alpha"))
    assert reply is not None
    assert not reply.articles
