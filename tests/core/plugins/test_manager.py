"""The plugins of one bot: whatever one of them does, the others work."""

import asyncio
import builtins
import re
import sys
from pathlib import Path

import pytest

from pluggram.bot import Bot, PluginsRefused
from pluggram.config import load
from pluggram.request import Request
from pluggram.storage import StorageError, open_backend

from .conftest import GOOD, Install, MakeBot, message, state_of

RETURN = "        return ["
EXAMPLES = 'examples=["/good"]'
SIGNATURE = "request: Request)"

# fault: (a part of GOOD, what stands there instead, a part of the reason, the line it names)
BROKEN: dict[str, tuple[str, str, str, int | None]] = {
    "ImportError": (
        "",
        "import not_there",
        "ModuleNotFoundError: No module named 'not_there' while it was imported",
        1,
    ),
    "SyntaxError": ("", "def broken(:", "SyntaxError: invalid syntax", 1),
    "sys.exit": ("", "import sys; sys.exit(3)", "it called sys.exit(3) while it was imported", 1),
    "misspelt hook": ("def handlers", "def handlrs", "there is no hook 'handlrs'; did you mean 'handlers'?", 10),
    "wrong signature": ("handlers(self)", "handlers(self, surprise)", "surprise", 10),
    "coroutine as hook": ("    def handlers", "    async def handlers", "is `async def`; a hook is a plain `def`", 10),
    "wrapper": ("@hookimpl", "@hookimpl(wrapper=True)", "is a wrapper", 10),
    "hook that raises": (
        RETURN,
        "        raise ValueError('no luck')",
        "ValueError: no luck in its hook 'handlers'",
        12,
    ),
    "hook that exits": (RETURN, "        raise SystemExit", "it called sys.exit() in its hook 'handlers'", 12),
    "constructor that raises": ("self.context = context", "1 / 0", "ZeroDivisionError: division by zero while", 8),
    "constructor without an end": (
        "self.context = context",
        "self.__init__(context)",
        "RecursionError: maximum recursion depth",
        8,
    ),
    "an exception of its own kind": (
        "self.context = context",
        "raise type('Odd', (BaseException,), {})('odd')",
        "Odd: odd while it was built",
        8,
    ),
    "an exception that cannot be shown": (
        "self.context = context",
        "raise type('Mute', (Exception,), {'__str__': lambda self: 1 / 0})()",
        "Mute while it was built",
        8,
    ),
    "settings that are no model": ("    def __init__", "    Settings = dict\n\n    def __init__", "Settings", None),
    "settings that raise": (
        "    def __init__",
        "    class Settings(__import__('pydantic').BaseModel):\n"
        "        @__import__('pydantic').model_validator(mode='after')\n"
        "        def check(self):\n"
        "            raise SystemExit(5)\n\n"
        "    def __init__",
        "it called sys.exit(5)",
        None,
    ),
    "no hook at all": ("    @hookimpl\n", "", "it implements no hook; mark its methods with @hookimpl", None),
    "no such name": ("class Plugin", "class Plugins", "did you mean Plugins?", None),
    "newer api": ("    '''A plugin", "    api_version = 99\n    '''", "for version 99 of the plugin API", None),
    "hook that yields and raises": (RETURN, "        yield 1 / 0\n        [", "in its hook 'handlers'", 12),
    "hook that is no list": (RETURN, "        return 7 or [", "TypeError: 'int' object is not iterable", None),
    "not a handler": (RETURN, "        return ['/good'] or [", "each must be made by handler(...)", None),
    "not even shown": (
        RETURN,
        "        return [type('Odd', (), {'__repr__': lambda self: 1 / 0})()] or [",
        "ZeroDivisionError: division by zero in its hook 'handlers'",
        12,
    ),
    "pattern that is no text": ('r"/good"', 'b"/good"', "pattern is b'/good'; it must be a text", 12),
    "family that is no text": (EXAMPLES, "family=7", "family is 7; it must be a text", 12),
    "example that is no text": (EXAMPLES, "examples=[7]", "an example is 7; it must be a text", 12),
    "answer without a signature": ("self.good,", "dict,", "no signature found for builtin type", None),
    "api_version that exits": (
        "class Plugin:",
        "class Odd(type):\n    api_version = property(lambda _: exit(3))\n\nclass Plugin(metaclass=Odd):",
        "it called sys.exit(3) while its api_version was read",
        5,
    ),
    "bad pattern": ('r"/good"', 'r"/good("', "/good(", None),
    "runaway pattern": ('r"/good"', 'r"/good(a+)+$"', "/good(a+)+$", None),
    "example that does not match": (EXAMPLES, 'examples=["/bad"]', "does not match its own example '/bad'", None),
    "group nobody takes": ('r"/good"', 'r"/good(?P<number>[0-9]?)"', "named group number", None),
    "argument without a group": (SIGNATURE, "request: Request, number: int)", "asks for number", None),
}


def broken(fault: str) -> str:
    """GOOD with one part of it spoilt; where the part is empty, a file of that one line."""
    part, spoilt, _, _ = BROKEN[fault]
    if not part:
        return spoilt
    assert part in GOOD
    if part == RETURN and not spoilt.endswith("["):
        spoilt += "\n        return ["
    if fault == "wrapper":
        return GOOD.replace(part, spoilt).replace(RETURN, "        yield\n" + RETURN)
    return GOOD.replace(part, spoilt)


@pytest.mark.parametrize("provided", ["in a file", "in a wheel"])
@pytest.mark.parametrize("fault", BROKEN)
async def test_a_broken_plugin_is_quarantined_with_its_reason_and_the_next_one_answers(
    fault: str, provided: str, make_bot: MakeBot, install: Install
) -> None:
    *_, reason, line = BROKEN[fault]
    if provided == "in a file":
        bot = make_bot(broken=broken(fault), good=GOOD)
    else:
        install(broken=broken(fault), good=GOOD)
        bot = make_bot(tables="[plugins.broken]\n[plugins.good]\n")
    state = state_of(bot, "broken")
    assert state.status == "quarantined"
    assert reason in state.reason
    if line is not None:
        assert re.search(rf"broken\w*\.py, line {line}\)", state.reason)
    async with bot.serving():
        reply = await bot.feed(message("/good"))
    assert reply is not None
    assert reply.text == "good from good"


def test_a_plugin_from_a_wheel_is_shown_with_its_distribution(make_bot: MakeBot, install: Install) -> None:
    install(hello=GOOD)
    state = state_of(make_bot(tables="[plugins.hello]\n"), "hello")
    assert (state.status, state.version, state.hooks) == ("active", "1.0", ("handlers",))
    assert state.source.startswith("pluggram_hello: ")
    assert state.summary == "A plugin that works."


def test_what_is_installed_but_not_declared_is_not_loaded(make_bot: MakeBot, install: Install) -> None:
    install(hello="raise AssertionError('imported')")
    assert [state.name for state in make_bot(good=GOOD).plugins] == ["good"]


def test_a_name_that_two_packages_provide_is_nobodys(make_bot: MakeBot, install: Install) -> None:
    install("pluggram_one", hello=GOOD)
    install("pluggram_two", hello=GOOD)
    state = state_of(make_bot(tables="[plugins.hello]\n"), "hello")
    assert state.status == "quarantined"
    assert "more than one installed package provides 'hello': pluggram_one, pluggram_two" in state.reason


@pytest.mark.parametrize("fault", BROKEN)
def test_strict_refuses_to_start_with_a_broken_plugin(fault: str, make_bot: MakeBot) -> None:
    with pytest.raises(PluginsRefused, match=r"\[plugins\.broken\] quarantined: "):
        make_bot(strict=True, broken=broken(fault), good=GOOD)


OFFERING = """
    @hookimpl
    def storage_backends(self):
        return {offered}
"""


@pytest.mark.parametrize("offered", ["{'boom': 3}", "{3: dict}", "['boom']", "1 / 0"])
def test_storage_backends_that_are_none_quarantine_their_plugin(offered: str, make_bot: MakeBot) -> None:
    bot = make_bot(broken=GOOD + OFFERING.format(offered=offered), good=GOOD.replace("/good", "/fine"))
    assert state_of(bot, "broken").status == "quarantined"
    assert "'storage_backends'" in state_of(bot, "broken").reason
    assert state_of(bot, "good").status == "active"


NAMED = """
    @hookimpl
    def {hook}(self):
        return {offered}
"""


@pytest.mark.parametrize("hook", ["checks", "metrics"])
@pytest.mark.parametrize(
    ("offered", "why"),
    [
        ("{'api': 3}", "api is 3; it must be callable without arguments"),
        ("{'The API': dict}", "'The API' is no name: use a-z, 0-9 and _"),
        ("{3: dict}", "3 is no name"),
        ("['api']", "list is no mapping of names to callables"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_checks_and_metrics_that_are_none_quarantine_their_plugin(
    hook: str, offered: str, why: str, make_bot: MakeBot
) -> None:
    bot = make_bot(broken=GOOD + NAMED.format(hook=hook, offered=offered), good=GOOD.replace("/good", "/fine"))
    state = state_of(bot, "broken")
    assert state.status == "quarantined"
    assert why in state.reason
    assert f"in its hook '{hook}'" in state.reason
    assert state_of(bot, "good").status == "active"


@pytest.mark.parametrize("offered", ["None", "{}"])
def test_a_plugin_may_have_nothing_to_check(offered: str, make_bot: MakeBot) -> None:
    bot = make_bot(good=GOOD + NAMED.format(hook="checks", offered=offered))
    assert state_of(bot, "good").status == "active"


def test_a_table_that_nothing_provides_is_missing(make_bot: MakeBot) -> None:
    bot = make_bot(tables="[plugins.postnoo]\n", good=GOOD)
    assert state_of(bot, "postnoo").status == "missing"
    assert "did you mean [plugins.postno]?" in state_of(bot, "postnoo").reason


def test_a_file_that_is_not_there_is_missing(make_bot: MakeBot) -> None:
    bot = make_bot(tables='[plugins.gone]\nuse = "./gone.py:Gone"\n')
    assert state_of(bot, "gone").status == "missing"
    assert "there is no file" in state_of(bot, "gone").reason


def test_a_disabled_plugin_is_not_even_imported(make_bot: MakeBot) -> None:
    bot = make_bot(tables='[plugins.gone]\nuse = "./gone.py:Gone"\nenabled = false\n')
    assert state_of(bot, "gone").status == "disabled"


def test_settings_are_validated_before_the_plugin_is_built(make_bot: MakeBot) -> None:
    bot = make_bot(tables="[plugins.postno]\ndigts = 4\n[plugins.help]\nnonsense = 1\n")
    assert state_of(bot, "postno").status == "quarantined"
    assert "did you mean `digits`?" in state_of(bot, "postno").reason
    assert state_of(bot, "help").status == "quarantined"


def test_of_two_plugins_that_answer_the_same_example_the_later_is_quarantined(make_bot: MakeBot) -> None:
    bot = make_bot(first=GOOD, second=GOOD)
    assert state_of(bot, "first").status == "active"
    assert state_of(bot, "second").status == "quarantined"
    assert "it clashes with a plugin before it: /good is answered by" in state_of(bot, "second").reason


def test_hooks_are_called_in_the_order_of_the_config(make_bot: MakeBot) -> None:
    other = GOOD.replace("/good", "/other")
    assert [d.plugin for d in make_bot(b=GOOD, a=other).declarations] == ["b", "a"]
    assert [d.plugin for d in make_bot(a=other, b=GOOD).declarations] == ["a", "b"]


def test_a_plugin_that_is_being_built_sees_those_before_it_and_no_handlers_yet(make_bot: MakeBot) -> None:
    looking = GOOD.replace("/good", "/look").replace(
        "self.context = context",
        "bot = context.bot; names = [state.name for state in bot.plugins]\n"
        "        assert (names, *bot.declarations, bot.finds('/good')) == (['first'], None)",
    )
    assert state_of(make_bot(first=GOOD, second=looking, third=GOOD.replace("/good", "/3")), "second").reason == ""


LISTENER = (
    GOOD
    + """
    @hookimpl
    def handled(self, event):
        heard.append((self.context.name, event.plugin, event.outcome))

import asyncio
import builtins
heard = builtins.__dict__.setdefault("heard_by_pluggram_tests", [])
"""
)


@pytest.mark.parametrize("failing", ["event.nothing", "raise SystemExit", "raise __import__('asyncio').CancelledError"])
async def test_every_plugin_hears_how_a_request_went_in_order_and_a_failing_ear_disturbs_nobody(
    failing: str, make_bot: MakeBot, caplog: pytest.LogCaptureFixture
) -> None:
    heard = builtins.__dict__.setdefault("heard_by_pluggram_tests", [])
    heard.clear()
    deaf = LISTENER.replace("/good", "/deaf").replace("heard.append", f"{failing}; heard.append")
    bot = make_bot(b=LISTENER, deaf=deaf, a=LISTENER.replace("/good", "/other"))
    async with bot.serving():
        await bot.feed(message("/good"))
    assert heard == [("b", "b", "answered"), ("a", "b", "answered")]
    assert "plugin deaf failed in its hook 'handled'" in caplog.text


LIVING = (
    "from contextlib import asynccontextmanager\n"
    + GOOD
    + """
    @hookimpl
    def lifespan(self):
        return self.live()

    @asynccontextmanager
    async def live(self):
        await self.context.store.put("state", "alive")
        yield
        await self.context.store.put("state", "ended")"""
)


async def test_a_lifespan_surrounds_the_service_with_the_storage_open(make_bot: MakeBot) -> None:
    bot = make_bot(living=LIVING)
    backend = await open_backend("memory:", Path())
    async with bot.serving(backend):
        assert await backend.get("plugin.living", "state") == "alive"


async def test_a_plugin_whose_lifespan_fails_is_quarantined_and_no_longer_asked(make_bot: MakeBot) -> None:
    failing = LIVING.replace('await self.context.store.put("state", "alive")', "raise OSError('no device')")
    bot = make_bot(failing=failing, fine=LIVING.replace("/good", "/fine"))
    async with bot.serving():
        assert "OSError: no device in its lifespan" in state_of(bot, "failing").reason
        assert await bot.feed(message("/good")) is None
        assert await bot.feed(message("/fine")) is not None


NOT_AN_EXCEPTION = "raise type('Odd', (BaseException,), {})('odd')"


@pytest.mark.parametrize(
    "raised", [NOT_AN_EXCEPTION, "raise SystemExit(3)", "raise __import__('asyncio').CancelledError"]
)
async def test_whatever_a_lifespan_raises_at_its_begin_or_end_stays_its_own(
    raised: str, make_bot: MakeBot, caplog: pytest.LogCaptureFixture
) -> None:
    begins, ends = ('await self.context.store.put("state", "alive")', 'await self.context.store.put("state", "ended")')
    bot = make_bot(
        begins=LIVING.replace(begins, raised),
        ends=LIVING.replace(ends, raised).replace("/good", "/ends"),
        fine=LIVING.replace("/good", "/fine"),
    )
    backend = await open_backend("memory:", Path())
    async with bot.serving(backend):
        assert state_of(bot, "begins").status == "quarantined"
        assert await bot.feed(message("/ends")) is not None
        assert await bot.feed(message("/fine")) is not None
    assert "plugin ends failed at the end of its lifespan" in caplog.text


async def test_a_lifespan_that_never_ends_does_not_hold_up_the_stop(
    make_bot: MakeBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    endless = LIVING.replace(
        'await self.context.store.put("state", "ended")', "await __import__('asyncio').Event().wait()"
    )
    make_bot(endless=endless)
    bot = Bot(load(tmp_path / "bot.toml", {"PLUGGRAM__BOT__SHUTDOWN_TIMEOUT": "0.01"}))
    async with asyncio.timeout(5), bot.serving():
        pass
    assert "plugin endless failed at the end of its lifespan" in caplog.text


@pytest.mark.parametrize(
    "raised", [NOT_AN_EXCEPTION, "raise SystemExit(3)", "raise __import__('asyncio').CancelledError"]
)
async def test_whatever_an_ear_raises_the_answer_goes_out(raised: str, make_bot: MakeBot) -> None:
    bot = make_bot(deaf=LISTENER.replace("heard.append(", f"{raised};("))
    async with bot.serving():
        assert await bot.feed(message("/good")) is not None


@pytest.mark.parametrize(
    "odd", ["    __hash__ = None\n", "    __eq__ = lambda self, other: True\n    __hash__ = lambda self: 1\n"]
)
async def test_a_plugin_that_cannot_be_hashed_or_equals_everything_disturbs_nobody(odd: str, make_bot: MakeBot) -> None:
    bot = make_bot(odd=GOOD + odd, fine=GOOD.replace("/good", "/fine"))
    async with bot.serving():
        assert await bot.feed(message("/good")) is not None
        assert await bot.feed(message("/fine")) is not None


async def test_two_bots_in_a_process_share_nothing(make_bot: MakeBot, tmp_path: Path) -> None:
    one = make_bot(good=GOOD)
    two = Bot(load(tmp_path / "bot.toml", {}))
    built = "type(self).built = getattr(type(self), 'built', 0) + 1"
    counting = GOOD.replace("self.context = context", built)
    counting = counting.replace('f"good from {self.context.name}"', "str(self.built)")
    (tmp_path / "good.py").write_text(counting)
    three, four = Bot(load(tmp_path / "bot.toml", {})), Bot(load(tmp_path / "bot.toml", {}))
    async with one.serving(), two.serving(), three.serving(), four.serving():
        for bot in (three, four):
            reply = await bot.feed(message("/good"))
            assert reply is not None
            assert reply.text == "1"


async def test_strict_refuses_a_plugin_whose_lifespan_fails_too(make_bot: MakeBot) -> None:
    bot = make_bot(strict=True, failing=LIVING.replace("yield", "raise OSError('no device')\n        yield"))
    with pytest.raises(PluginsRefused, match="no device"):
        async with bot.serving():
            raise AssertionError


async def test_lifespans_end_in_the_reverse_order_and_a_failing_end_disturbs_no_other(
    make_bot: MakeBot, caplog: pytest.LogCaptureFixture
) -> None:
    ended = 'await self.context.store.put("state", "ended")'
    telling = "import logging; logging.getLogger('ended').error(self.context.name)"
    one, two, three = (LIVING.replace(ended, what) for what in (telling, "1 / 0", telling))
    bot = make_bot(one=one, two=two.replace("/good", "/two"), three=three.replace("/good", "/three"))
    async with bot.serving():
        pass
    told = [record.message.partition(": ")[0] for record in caplog.records]
    assert told == ["three", "plugin two failed at the end of its lifespan", "one"]


async def test_a_store_outside_the_service_says_that_it_is_not_open(make_bot: MakeBot) -> None:
    bot = make_bot(living=LIVING)
    async with bot.serving() as backend:
        assert await backend.get("plugin.living", "state") == "alive"
    with pytest.raises(StorageError, match="not open"):
        await bot._storage.store("plugin.living").get("state")


async def test_nobody_is_an_admin_while_storage_cannot_tell(make_bot: MakeBot) -> None:
    request = Request.from_update(message("/good"))
    assert request is not None
    assert await make_bot(good=GOOD).has_role(request, "admin") is False


FALLBACK = GOOD.replace(
    'r"/good", self.good, help="Be good", examples=["/good"]', 'r"(?s).*", self.good, fallback=True'
)


def test_what_only_a_fallback_would_answer_is_not_found(make_bot: MakeBot) -> None:
    bot = make_bot(good=GOOD, last=FALLBACK)
    assert bot.finds("/nothing") is None
    found = bot.finds("/good")
    assert found is not None
    assert found.plugin == "good"


def test_a_later_pattern_that_takes_an_earlier_example_clashes_without_one_of_its_own(make_bot: MakeBot) -> None:
    later = GOOD.replace('r"/good", self.good, help="Be good", examples=["/good"]', 'r"/go[a-z]*", self.good')
    assert "clashes" in state_of(make_bot(first=GOOD, later=later), "later").reason


def test_a_pattern_without_a_literal_clashes_with_nobody(make_bot: MakeBot) -> None:
    anything = GOOD.replace('r"/good", self.good, help="Be good", examples=["/good"]', 'r".*d", self.good')
    assert [state.status for state in make_bot(first=GOOD, anything=anything).plugins] == ["active", "active"]


def test_a_file_that_fails_leaves_no_module_behind(make_bot: MakeBot) -> None:
    make_bot(leftover="1 / 0")
    assert not [name for name in sys.modules if name.endswith("_leftover")]


def test_the_order_of_the_config_counts_whatever_a_hook_says_of_itself(make_bot: MakeBot) -> None:
    eager = LISTENER.replace("    @hookimpl\n    def handled", "    @hookimpl(trylast=True)\n    def handled")
    bot = make_bot(one=eager, two=LISTENER.replace("/good", "/two"), three=eager.replace("/good", "/three"))
    assert [name for name, _ in bot._plugins.listeners()] == ["one", "two", "three"]


def test_who_is_quarantined_hears_nothing(make_bot: MakeBot) -> None:
    assert make_bot(deaf=LISTENER.replace('examples=["/good"]', 'examples=["/bad"]'))._plugins.listeners() == []


def test_the_first_plugin_to_offer_a_scheme_has_it(make_bot: MakeBot) -> None:
    one = GOOD + OFFERING.format(offered="{'mine': dict}")
    two = GOOD.replace("/good", "/two") + OFFERING.format(offered="{'mine': list}")
    assert str(make_bot(one=one, two=two)._backends["mine"]) == str(dict)


def test_a_hook_of_a_later_version_may_be_marked_as_optional(make_bot: MakeBot) -> None:
    later = GOOD + "\n    @hookimpl(optionalhook=True)\n    def menus(self):\n        return []\n"
    assert state_of(make_bot(later=later), "later").status == "active"


GROUPED = LIVING.replace(
    "        yield\n",
    "        import asyncio\n"
    "        async def work():\n"
    "            await asyncio.sleep(0)\n"
    "            raise OSError('device gone')\n"
    "        async with asyncio.TaskGroup() as group:\n"
    "            group.create_task(work())\n"
    "            yield\n",
)


async def test_a_task_group_that_fails_takes_its_plugin_and_nothing_else(make_bot: MakeBot) -> None:
    assert GROUPED != LIVING
    bot = make_bot(grouped=GROUPED, fine=LIVING.replace("/good", "/fine"))
    async with bot.serving():
        for _ in range(50):  # turns of the event loop; two are enough
            await asyncio.sleep(0)
        assert "device gone" in state_of(bot, "grouped").reason
        assert await bot.feed(message("/good")) is None
        assert await bot.feed(message("/fine")) is not None


@pytest.mark.parametrize("raised", ["SystemExit(2)", "KeyboardInterrupt()", "__import__('asyncio').CancelledError()"])
async def test_whatever_a_lifespan_raises_at_either_end_the_bot_goes_on(raised: str, make_bot: MakeBot) -> None:
    at_entry = LIVING.replace('await self.context.store.put("state", "alive")', f"raise {raised}")
    at_exit = LIVING.replace('await self.context.store.put("state", "ended")', f"raise {raised}")
    bot = make_bot(at_entry=at_entry, at_exit=at_exit.replace("/good", "/exit"), fine=LIVING.replace("/good", "/fine"))
    async with bot.serving() as backend:
        assert state_of(bot, "at_entry").status == "quarantined"
        assert await bot.feed(message("/fine")) is not None
        assert await backend.get("plugin.fine", "state") == "alive"


async def test_a_lifespan_that_does_not_end_is_left_behind_after_the_deadline(
    make_bot: MakeBot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = LIVING.replace(
        'await self.context.store.put("state", "ended")', "import asyncio; await asyncio.Event().wait()"
    )
    bot = make_bot(endless=endless)
    object.__setattr__(bot.config.bot, "shutdown_timeout", 0.01)
    async with bot.serving():
        pass
    assert "its lifespan did not end within 0.01 s" in caplog.text


FALLBACK = GOOD.replace('examples=["/good"]', "fallback=True")


@pytest.mark.parametrize("order", [("good", "last"), ("last", "good")])
def test_a_fallback_clashes_with_nobody(order: tuple[str, str], make_bot: MakeBot) -> None:
    sources = {"good": GOOD, "last": FALLBACK}
    bot = make_bot(**{name: sources[name] for name in order})
    assert [state.status for state in bot.plugins] == ["active", "active"]


async def test_a_handler_is_told_that_a_run_before_was_cut_off(make_bot: MakeBot) -> None:
    again = GOOD.replace('f"good from {self.context.name}"', "str(request.redelivered)")
    bot = make_bot(again=again)
    async with bot.serving():
        replies = [await bot.feed(message("/good"), redelivered=redelivered) for redelivered in (True, False)]
    assert [reply and reply.text for reply in replies] == ["True", "False"]
