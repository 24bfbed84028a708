"""The keeper of menus, with a real bot, against the simulator: what it asks, sets and deletes, and what goes wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pluggram.access import ADMINS, supposed_of
from pluggram.bot import Bot
from pluggram.config import load
from pluggram.simulator import Telegram
from pluggram.simulator.errors import Answer
from pluggram.simulator.faults import Page, Refused
from pluggram.storage import StorageError
from pluggram.storage.memory import MemoryBackend
from pluggram.telegram import Client, menus
from pluggram.telegram.menus import MenuKeeper

OWNER, ADMIN = 11, 22

TOYS = """
from pluggram import Context, Handler, Request, handler, hookimpl

class Toys:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [
            handler("/play", self.answer, help="Play", help_in={"de": "Spielen"}),
            handler("/tidy", self.answer, help="Tidy up", access="admin"),
        ]

    async def answer(self, request: Request) -> str:
        return "yes"
"""
PLAY, TIDY = {"command": "play", "description": "Play"}, {"command": "tidy", "description": "Tidy up"}
SPIELEN = {"command": "play", "description": "Spielen"}


class Watched(Telegram):
    """A Telegram that remembers the calls about menus."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []

    async def call(self, token: str, method: str, params: Mapping[str, object] | None = None) -> Answer:
        if "MyCommands" in method:
            self.made.append(method.removesuffix("MyCommands"))
        return await super().call(token, method, params)

    def took(self) -> list[str]:
        """The calls since the last time."""
        made, self.made = self.made, []
        return made


class Home:
    """A bot's Telegram and storage, which outlive the bot."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.telegram = Watched()
        self.account = self.telegram.bot("testbot")
        self.backend = MemoryBackend()
        for user_id in (OWNER, ADMIN):
            self.telegram.user(f"Person{user_id}", id=user_id).start(self.account)

    async def shown(self, kind: str = "default", language: str = "", **more: int) -> object:
        """What is set for a scope and a language."""
        return await self._call("getMyCommands", kind, language, **more)

    async def set(self, commands: list[Any], kind: str = "default", language: str = "", **more: int) -> None:
        """Set a menu as somebody else might."""
        await self._call("setMyCommands", kind, language, commands=commands, **more)

    async def _call(self, method: str, kind: str, language: str, commands: object = None, **more: int) -> object:
        where = {"scope": {"type": kind, **more}, "language_code": language}
        params = where if commands is None else {**where, "commands": commands}
        answer = await Telegram.call(self.telegram, self.account.token, method, params)
        return answer.body["result"]

    @asynccontextmanager
    async def start(self, toys: str = TOYS, owners: str = f"[{OWNER}]") -> AsyncIterator[Bot]:
        """Start a bot, and wait until its menus are kept."""
        (self.folder / "toys.py").write_text(toys)
        path = self.folder / "bot.toml"
        path.write_text(f'[bot]\nname = "x"\nowners = {owners}\n[plugins.toys]\nuse = "./toys.py:Toys"\n')
        bot = Bot(load(path, {}))
        async with Client(self.account.token, "http://simulator", door=self.telegram) as client:
            bot._storage.attach(self.backend)
            bot.connect(client, client.username)
            keeper = asyncio.create_task(
                MenuKeeper(client.call, bot.menus, bot.store("core.menus"), client.me.id).run()
            )
            try:
                await bot.menus.settled()
                yield bot
            finally:
                keeper.cancel()
                await asyncio.wait((keeper,))


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    await home.backend.open()
    return home


async def test_the_menus_are_set_once_and_at_the_next_start_only_compared(home: Home) -> None:
    async with home.start():
        assert home.telegram.took() == ["get", "set"] * 8
    assert (
        await home.shown()
        == await home.shown("all_private_chats")
        == await home.shown("all_chat_administrators")
        == [PLAY]
    )
    assert await home.shown(language="de") == await home.shown("all_private_chats", "de") == [SPIELEN]
    assert await home.shown("chat", chat_id=OWNER) == [PLAY, TIDY]
    assert await home.shown("chat", "de", chat_id=OWNER) == [SPIELEN, TIDY]
    async with home.start():
        assert home.telegram.took() == ["get"] * 8


async def test_each_person_sees_his_menu_in_his_language(home: Home) -> None:
    owner, other = (home.telegram.users[user_id] for user_id in (OWNER, ADMIN))
    group = home.telegram.supergroup("Toys", owner, other, home.account)
    async with home.start():
        assert owner.menu(home.account) == [PLAY, TIDY]
        assert other.menu(home.account) == other.menu(home.account, group) == [PLAY]
        owner.language_code, other.language_code = "de", "de-at"
        assert owner.menu(home.account) == [SPIELEN, TIDY]
        assert other.menu(home.account) == owner.menu(home.account, group) == [SPIELEN]
        other.language_code = "fr"
        assert other.menu(home.account) == [PLAY]


async def test_a_start_that_changes_nothing_writes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with home.start():
        home.telegram.took()
    writes: list[object] = []

    async def noted(*what: object) -> None:
        writes.append(what)

    monkeypatch.setattr(home.backend, "put", noted)
    async with home.start():
        pass
    assert home.telegram.took() == ["get"] * 8
    assert writes == []


async def test_only_what_differs_is_set(home: Home) -> None:
    async with home.start():
        home.telegram.took()
    async with home.start(TOYS.replace("Tidy up", "Tidy everything")):
        assert home.telegram.took() == ["get"] * 6 + ["get", "set"] * 2
    assert await home.shown("chat", chat_id=OWNER) == [PLAY, {"command": "tidy", "description": "Tidy everything"}]


async def test_what_somebody_changed_is_set_right_and_what_he_set_elsewhere_stays(home: Home) -> None:
    theirs = [{"command": "theirs", "description": "Theirs"}]
    await home.set(theirs)
    await home.set(theirs, "all_group_chats")
    await home.set(theirs, language="fr")
    await home.set(theirs, "chat", chat_id=ADMIN)
    async with home.start():
        assert await home.shown() == [PLAY]
    assert await home.shown("all_group_chats") == await home.shown(language="fr") == theirs
    assert await home.shown("chat", chat_id=ADMIN) == theirs


async def test_a_language_that_went_is_deleted(home: Home) -> None:
    async with home.start():
        home.telegram.took()
    async with home.start(TOYS.replace(', help_in={"de": "Spielen"}', "")):
        assert home.telegram.took() == ["get"] * 4 + ["delete"] * 4
    assert {language for _, language in home.account.commands} == {""}
    async with home.start(TOYS.replace(', help_in={"de": "Spielen"}', "")):
        assert home.telegram.took() == ["get"] * 4


async def test_the_menu_of_someone_who_is_no_owner_any_more_is_deleted(home: Home) -> None:
    async with home.start():
        pass
    async with home.start(owners="[]"):
        assert await home.shown("chat", chat_id=OWNER) == await home.shown("chat", "de", chat_id=OWNER) == []
    assert await home.shown() == [PLAY]


async def test_when_nothing_is_left_to_show_only_what_was_set_is_deleted(home: Home) -> None:
    async with home.start(TOYS.replace(', help_in={"de": "Spielen"}', "")):
        await home.set([PLAY], language="fr")
    async with home.start(TOYS.replace("help=", "family=")):
        pass
    assert [menu for (_, language), menu in home.account.commands.items()] == [[PLAY]]
    assert await home.shown(language="fr") == [PLAY]


async def test_the_menu_of_a_person_follows_at_once_and_no_other_is_asked_for(home: Home) -> None:
    async with home.start() as bot:
        home.telegram.took()
        await bot.store(ADMINS).put(str(ADMIN), True)
        bot.refresh_menus(ADMIN)
        await bot.menus.settled()
        assert home.telegram.took() == ["get", "set"] * 2
        assert await home.shown("chat", chat_id=ADMIN) == [PLAY, TIDY]
        await bot.store(ADMINS).delete(str(ADMIN))
        bot.refresh_menus(ADMIN)
        await bot.menus.settled()
        assert home.telegram.took() == ["delete"] * 2
        assert await home.shown("chat", chat_id=ADMIN) == []
        assert await home.shown("chat", chat_id=OWNER) == [PLAY, TIDY]


async def test_who_never_wrote_to_the_bot_is_skipped_without_a_word(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    stranger, met = home.telegram.user("Eve"), home.telegram.user("Mallory")
    home.telegram.group("Posts", met, home.account)
    owners = f"[{OWNER}, {stranger.id}, {met.id}, 5]"
    async with home.start(owners=owners):
        assert sorted(home.telegram.took()) == ["get"] * (8 + 3) + ["set"] * 8
    assert not caplog.records
    stranger.start(home.account)
    async with home.start(owners=owners) as bot:
        assert stranger.menu(home.account) == [PLAY, TIDY]
        met.start(home.account)
        bot.menus.meet(supposed_of(met.id, "hello"))
        await bot.menus.settled()
        assert met.menu(home.account) == [PLAY, TIDY]


async def test_what_is_refused_is_one_line_and_the_rest_is_set(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    home.telegram.faults.next("setMyCommands", Refused(400, description="Bad Request: BOT_COMMANDS_TOO_MUCH"), times=2)
    async with home.start():
        pass
    [record] = caplog.records
    assert "Telegram refuses 2 of the command menus: " in record.message
    assert "BOT_COMMANDS_TOO_MUCH" in record.message.upper()
    assert await home.shown() == []
    assert await home.shown("chat", chat_id=OWNER) == [PLAY, TIDY]
    async with home.start():
        assert await home.shown() == [PLAY]


async def test_a_flood_limit_and_an_outage_are_waited_out(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(menus, "LONGEST_WAIT", 0.0)
    home.telegram.faults.next("setMyCommands", Refused(429, retry_after=1))
    home.telegram.faults.next("getMyCommands", Page(502), times=20)
    async with home.start():
        assert home.telegram.took().count("set") == 8 + 1
    assert await home.shown("chat", "de", chat_id=OWNER) == [SPIELEN, TIDY]
    assert [record.levelno for record in caplog.records if record.name == "pluggram.menus"] == [logging.WARNING]


async def test_a_storage_that_fails_is_one_line_and_the_next_change_is_followed(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(home.backend, "put", failing)
        async with home.start() as bot:
            assert [record.message for record in caplog.records] == [
                "the command menus are not up to date: the disk is full"
            ]
            broken.undo()
            bot.refresh_menus()
            await bot.menus.settled()
    assert await home.shown() == [PLAY]


async def test_an_answer_that_is_no_menu_is_set_anew(home: Home) -> None:
    home.telegram.faults.next("getMyCommands", Page(200, '{"ok": true, "result": 5}', "application/json"))
    async with home.start():
        pass
    assert await home.shown() == [PLAY]


async def test_what_is_kept_beside_our_own_keys_disturbs_nobody(home: Home) -> None:
    async with home.start() as bot:
        number = home.account.id
        await bot.store("core.menus").put_many(
            dict.fromkeys((f"{number}/", f"{number}/moon/1/", f"{number}/chat/x/", "other", ""), True)
        )
    async with home.start():
        pass
    assert await home.shown() == [PLAY]


async def test_another_bot_on_the_same_storage_deletes_nothing_of_its_own(home: Home) -> None:
    async with home.start():
        pass
    home.account = home.telegram.bot("otherbot")
    home.telegram.users[OWNER].start(home.account)
    theirs = [{"command": "theirs", "description": "Theirs"}]
    await home.set(theirs, language="de")
    async with home.start(TOYS.replace(', help_in={"de": "Spielen"}', "")):
        assert await home.shown("default", "de") == theirs
