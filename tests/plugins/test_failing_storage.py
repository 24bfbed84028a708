"""What people in chat are told while the disk fails, and that all goes on when it is well: real disks, real files."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.core.storage.disk import Disk
from tests.core.storage.full_disk import files_of_at_most
from tests.plugins.conftest import ADMIN, OWNER, USER, TalkTo

PLUGINS = "[plugins.postno]\n[plugins.links]\n[plugins.admins]\n[plugins.audit]\n[plugins.health]"
URL, OTHER = "https://example.org/old", "https://example.org/new"


def full(folder: Path) -> AbstractContextManager[None]:
    return files_of_at_most(1)


@contextmanager
def broken(folder: Path) -> Iterator[None]:
    with Disk(folder, 1, "fails from then on").watched():
        yield


@pytest.mark.parametrize(
    ("url", "fault", "reason"),
    [
        ("json:{}", full, "its disk is full"),
        ("json:{}", broken, "its disk fails"),
        ("sqlite:{}/bot.db", full, "its disk fails"),
    ],
)
async def test_an_admin_learns_why_nothing_is_saved_and_goes_on_when_it_can_be(
    talk_to: TalkTo, tmp_path: Path, url: str, fault: Callable[[Path], AbstractContextManager[None]], reason: str
) -> None:
    folder = tmp_path / "data"
    async with talk_to(PLUGINS, storage=url.format(folder)) as talk:
        await talk.ask(f"/addlink 0001 {URL}", ADMIN)
        with fault(folder):
            for _ in range(6):  # so often would a handler that fails by its own fault be switched off
                for change in (f"/addlink 0001 {OTHER}", f"/addlink 0002 {OTHER}", "/removelink 0001"):
                    assert await talk.ask(change, ADMIN) == (
                        f"Not saved: the storage failed ({reason}), and what was there before stands. "
                        "More is in the bot's log."
                    )
                said = await talk.ask("/admins add 77", OWNER)
                assert said == f"The bot's storage does not work: {reason}. Please try again later."
                assert URL in await talk.ask("/postno0001", USER)
                assert "0002" in await talk.ask("/postno0002", USER)
        assert "added" in await talk.ask(f"/addlink 0002 {OTHER}", ADMIN)
        assert "77" in await talk.ask("/admins add 77", OWNER)
        assert OTHER in await talk.ask("/postno0002", USER)
        assert URL in await talk.ask("/postno0001", USER)


async def test_health_tells_that_the_storage_cannot_be_written_and_when_it_can_again(
    talk_to: TalkTo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pluggram_plugins.health.FRESH", 0)
    folder = tmp_path / "data"
    async with talk_to(PLUGINS, storage=f"json:{folder}") as talk:
        with full(folder):
            assert "storage" in await talk.ask("/health", OWNER)
        assert "Storage: written in" in await talk.ask("/health", OWNER)
