from datetime import UTC, datetime, timedelta

import pytest

from pluggram_plugins._audit import Act, Entry, Log, rows
from tests.plugins.conftest import ADMIN, Talk, TalkTo

URL = "https://example.org/"


async def forgetting(talk: Talk) -> list[Entry]:
    """Let the hour pass after which old changes are forgotten, and give what is left."""
    [job] = [timed.job for timed in talk.bot._jobs._jobs if timed.plugin == "audit"]
    await job()  # type: ignore[misc]
    return list(await Log(talk.bot._storage.store).rows.entries())


async def test_more_than_is_to_be_kept_is_forgotten(talk_to: TalkTo) -> None:
    async with talk_to("[plugins.links]\n[plugins.audit]\nkeep = 100") as talk:
        for n in range(150):
            await talk.ask(f"/addlink 0042 {URL}{n}", ADMIN)
        assert len(await forgetting(talk)) == 100
        assert len(await talk.store("audit").items()) == 201


async def test_what_is_older_than_it_is_to_be_kept_is_forgotten(talk_to: TalkTo) -> None:
    async with talk_to("[plugins.links]\n[plugins.audit]\ndays = 30") as talk:
        for n in range(3):
            await talk.ask(f"/addlink 000{n} {URL}", ADMIN)
        newest, *older = await Log(talk.bot._storage.store).rows.entries()
        for entry in older:
            old = Entry(entry.id, entry.act, entry.place, entry.keys, datetime.now(UTC) - timedelta(days=31))
            await talk.store("audit").put(f"log/{entry.id}", old.stored())
        assert await forgetting(talk) == [newest]
        assert [key for key, _ in await talk.store("audit").items("of/")] == [f"of/0002/{newest.id}"]


async def test_changes_are_recorded_without_the_plugin_too(talk_to: TalkTo) -> None:
    async with talk_to("[plugins.links]\n[plugins.admins]") as talk:
        await talk.ask(f"/addlink 0042 {URL}a", ADMIN)
        answer = await talk.ask(f"/addlink 0042 {URL}b", ADMIN)
        assert "/undo" not in answer
        entries = await Log(talk.bot._storage.store).rows.entries()
        assert [entry.act.by for entry in entries] == [ADMIN, ADMIN]


def test_an_act_without_a_person_is_the_shell_s() -> None:
    assert (Act("import").by, Act("import").name) == (None, "shell")
    assert rows.NAMESPACE == "audit"


@pytest.mark.parametrize("setting", ["keep = 99", "keep = 100001", "days = 0", "days = 3651"])
async def test_settings_that_make_no_sense_are_refused(talk_to: TalkTo, setting: str) -> None:
    with pytest.raises(AssertionError, match="quarantined"):
        async with talk_to(f"[plugins.audit]\n{setting}"):
            pass
