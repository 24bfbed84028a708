"""Who sees which menu: asked of the function that decides who may use what."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pluggram.access import ADMINS, supposed_of
from pluggram.bot import Bot
from pluggram.bot.menus import Place
from pluggram.config import load

OWNER, ADMIN, BANNED = 11, 22, 33

TOYS = '''
import asyncio
from contextlib import asynccontextmanager
from pluggram import Context, Handler, Request, handler, hookimpl

async def answer(request: Request) -> str:
    return "yes"

class Toys:
    """Toys."""

    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [
            handler("/play", answer, help="Play", help_in={"de": "Spielen"}),
            handler("/warn", answer, help="Warn", access="group_admin"),
            handler("/tidy", answer, help="Tidy up", access="admin", help_in={"fr": "Ranger"}),
            handler("/tidy all", answer, help="Tidy up everything", access="owner"),
            handler("/sell", answer, help="Sell", access="owner"),
        ]

class Stern:
    """Lets nobody play in groups, and a banned person do nothing at all."""

    def __init__(self, context: Context) -> None:
        self.bot = context.bot
        self.banned = context.settings

    @hookimpl
    def authorize(self):
        return self.may

    async def may(self, request: Request, handler: Handler) -> bool:
        if request.user.id == 33:
            return False
        return request.private or handler.pattern != "/play" or await self.bot.has_role(request, "group_admin")

class Leaving:
    """A plugin whose lifespan ends while the bot serves."""

    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [handler("/leave", answer, help="Leave"), handler("leave", answer, on="button")]

    @hookimpl
    def lifespan(self):
        return self.life()

    @asynccontextmanager
    async def life(self):
        async with asyncio.timeout(0.01):
            yield

class Clumsy:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def authorize(self):
        return self.may

    async def may(self, request: Request, handler: Handler) -> bool:
        return handler.pattern != "/play" or 1 // 0
'''


@pytest.fixture
def toys(tmp_path: Path) -> Path:
    (tmp_path / "toys.py").write_text(TOYS)
    return tmp_path


@asynccontextmanager
async def opened(folder: Path, *plugins: str) -> AsyncIterator[Bot]:
    tables = "".join(f'[plugins.{name.lower()}]\nuse = "./toys.py:{name}"\n' for name in plugins)
    path = folder / "bot.toml"
    path.write_text(f'[bot]\nname = "x"\nowners = [{OWNER}]\n[storage]\nurl = "memory:"\n{tables}')
    bot = Bot(load(path, {}))
    assert all(state.status == "active" for state in bot.plugins), bot.plugins
    async with bot.serving():
        await bot.store(ADMINS).put_many({str(ADMIN): True, str(BANNED): True, "44": False, "ada": True, "0": True})
        yield bot


async def shown(bot: Bot, people: list[int] | None = None) -> Mapping[Place, list[str]]:
    """The commands of each menu that is wanted."""
    return {place: [name for name, _ in menu] for place, menu in (await bot.menus.wanted(people)).items()}


async def test_each_sees_what_he_may_use_in_each_language_that_there_is(toys: Path) -> None:
    async with opened(toys, "Toys") as bot:
        assert await shown(bot) == {
            Place("default"): ["play"],
            Place("default", 0, "de"): ["play"],
            Place("all_private_chats"): ["play"],
            Place("all_private_chats", 0, "de"): ["play"],
            Place("all_chat_administrators"): ["play", "warn"],
            Place("all_chat_administrators", 0, "de"): ["play", "warn"],
            Place("chat", OWNER): ["play", "warn", "tidy", "sell"],
            Place("chat", OWNER, "de"): ["play", "warn", "tidy", "sell"],
            Place("chat", OWNER, "fr"): ["play", "warn", "tidy", "sell"],
            **{
                Place("chat", admin, language): ["play", "warn", "tidy"]
                for admin in (ADMIN, BANNED)
                for language in ("", "de", "fr")
            },
        }


async def test_of_several_handlers_of_a_command_the_first_that_may_be_used_speaks_for_it(toys: Path) -> None:
    async with opened(toys, "Toys") as bot:
        menus = await bot.menus.wanted([OWNER])
        assert menus[Place("chat", OWNER)][2] == ("tidy", "Tidy up")
        assert menus[Place("chat", OWNER, "fr")][:3] == [("play", "Play"), ("warn", "Warn"), ("tidy", "Ranger")]


async def test_what_a_plugin_does_not_authorize_is_in_no_menu(toys: Path) -> None:
    async with opened(toys, "Toys", "Stern") as bot:
        menus = await shown(bot)
        assert Place("default") not in menus
        assert menus[Place("all_private_chats")] == ["play"]
        assert menus[Place("all_chat_administrators")] == ["play", "warn"]
        assert menus[Place("chat", ADMIN)] == ["play", "warn", "tidy"]
        assert Place("chat", BANNED) not in menus


async def test_what_an_authorizer_trips_over_is_in_no_menu_and_the_rest_is(
    toys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(toys, "Toys", "Clumsy") as bot:
        menus = await shown(bot)
    assert menus[Place("all_chat_administrators")] == ["warn"]
    assert menus[Place("chat", OWNER)] == ["warn", "tidy", "sell"]
    assert "plugin clumsy failed to authorize" in caplog.text


async def test_no_administrators_are_asked_for_where_no_group_is_meant(
    toys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(toys, "Toys", "Stern") as bot:
        await bot.menus.wanted()
    assert "cannot be told" not in caplog.text


async def test_the_menus_of_some_people_are_theirs_only(toys: Path) -> None:
    async with opened(toys, "Toys") as bot:
        assert set(await shown(bot, [ADMIN, 55])) == {Place("chat", ADMIN, language) for language in ("", "de", "fr")}


async def test_a_hundred_commands_in_the_order_of_the_config_fill_a_menu(tmp_path: Path) -> None:
    commands = "[handler(f'/c{n}', answer, help='Help') for n in range(130)]"
    (tmp_path / "toys.py").write_text(TOYS.replace("return [\n", f"return {commands} + [\n", 1))
    async with opened(tmp_path, "Toys") as bot:
        menus = await shown(bot)
        assert menus[Place("default")] == [f"c{number}" for number in range(100)]
        assert menus[Place("chat", OWNER)] == menus[Place("default")]


async def test_what_does_not_fit_is_told_once(toys: Path, caplog: pytest.LogCaptureFixture) -> None:
    (toys / "toys.py").write_text(TOYS.replace("/play", "/" + "play" * 9))
    async with opened(toys, "Toys") as bot:
        bot.menus.tell()
        bot.menus.tell()
    told = [record for record in caplog.records if "is not in the command menu" in record.message]
    assert [record.levelno for record in told] == [logging.WARNING]


async def test_at_first_all_menus_are_due_and_then_what_is_said_to_have_changed(toys: Path) -> None:
    async with opened(toys, "Toys") as bot:
        assert await bot.menus.due() is None
        waiting = asyncio.create_task(bot.menus.due())
        await asyncio.sleep(0)
        assert not waiting.done()
        bot.refresh_menus(5)
        bot.add_owner(6)
        assert sorted(await waiting or []) == [5, 6]
        bot.refresh_menus(5)
        bot.refresh_menus()
        assert await bot.menus.due() is None


async def test_a_person_who_was_missed_is_due_when_he_writes_and_only_then(toys: Path) -> None:
    async with opened(toys, "Toys") as bot:
        assert await bot.menus.due() is None
        bot.menus.miss(ADMIN)
        for user_id in (OWNER, ADMIN, ADMIN):
            bot.menus.meet(supposed_of(user_id, "hello"))
        assert await bot.menus.due() == [ADMIN]
        waiting = asyncio.create_task(bot.menus.due())
        bot.menus.meet(supposed_of(ADMIN, "hello"))
        await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()


async def test_when_a_plugin_is_lost_all_menus_follow_and_no_update_is_asked_for_that_was_for_it(toys: Path) -> None:
    async with opened(toys, "Toys", "Leaving") as bot:
        assert await bot.menus.due() is None
        assert bot.allowed_updates == ["callback_query", "message"]
        assert await bot.menus.due() is None
        assert bot.allowed_updates == ["message"]
        assert (await shown(bot))[Place("default")] == ["play"]
