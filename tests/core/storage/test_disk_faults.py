"""Every call that a write to the JSON folder makes fails, or is the last of its process: for each verb, each call."""

# ruff: noqa: ASYNC240 - the tests may wait on their own event loop

import asyncio
import itertools
import shutil
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path

import pytest

from pluggram.storage import StorageError
from pluggram.storage.json_folder import JsonFolderBackend
from tests.core.storage.disk import FAULTS, Died, Disk
from tests.core.storage.verbs import OLD, VERBS, Spaces, after, held

KEPT = [".lock", "audit.json", "audit.json.bak", "links.json", "links.json.bak"]
AFTERWARDS: Spaces = {"links": {"after": 1}, "audit": {"after": 1}}


async def opened(folder: Path) -> JsonFolderBackend:
    backend = JsonFolderBackend(folder)
    await backend.open()
    return backend


async def held_after_opening(folder: Path) -> Spaces:
    """Give what the next start finds; nothing strange may lie about afterwards."""
    async with await opened(folder) as backend:
        found = await held(backend)
        assert backend.notices == []
    extra = {path.name for path in folder.iterdir()} - {*KEPT, "plugin.new.json", "plugin.new.json.bak"}
    assert not extra
    return found


async def told(write: Awaitable[object], disk: Disk) -> bool | None:
    """Say whether the caller was told that all is stored, or that nothing is; None if nobody lives to tell."""
    task = asyncio.ensure_future(write)
    while not task.done() and not (disk.fault == "dies" and disk.fired):
        await asyncio.wait({task}, timeout=0.001)
    if not task.done():
        return None
    try:
        await task
    except StorageError:
        return False
    except BaseException:
        assert disk.fault == "dies"
        return None
    return True


@pytest.fixture
async def begun(tmp_path: Path) -> Path:
    """A folder that a bot has used and closed."""
    folder = tmp_path / "begun"
    async with await opened(folder) as backend:
        for name, values in OLD.items():
            await backend.put_many(name, values)
    return folder


def copy_of(folder: Path, number: object) -> Path:
    return Path(shutil.copytree(folder, folder.with_name(f"copy {number}")))


@pytest.mark.parametrize("fault", FAULTS[:3])
@pytest.mark.parametrize("verb", VERBS)
async def test_a_write_that_fails_is_told_and_the_old_values_stand_until_the_disk_is_well(
    begun: Path, verb: str, fault: str
) -> None:
    write, changes = VERBS[verb]
    for when in itertools.count(1):
        folder = copy_of(begun, when)
        backend = await opened(folder)
        with Disk(folder, when, fault).watched() as disk:
            stored = await told(write(backend), disk)
            expected = after(OLD, changes if stored else {})
            found = await held(backend)
            if found != expected:  # a file whose folder could be synced neither with the new values nor the old
                assert (found, fault) == (after(OLD, changes), "fails from then on"), (when, disk.calls)
                expected = found
        assert await held(backend) == expected, (when, disk.calls)
        await backend.update_together({"links": [], "audit": []}, lambda _: AFTERWARDS)
        assert await held(backend) == after(expected, AFTERWARDS)
        await backend.close()
        assert await held_after_opening(folder) == after(expected, AFTERWARDS)
        if not disk.fired:
            break
    assert stored
    assert when > 4


@pytest.mark.parametrize("verb", VERBS)
async def test_a_process_that_dies_and_a_power_failure_leave_the_old_values_or_the_new(begun: Path, verb: str) -> None:
    write, changes = VERBS[verb]
    for when in itertools.count(1):
        folder = copy_of(begun, when)
        backend = await opened(folder)
        with Disk(folder, when, "dies").watched() as disk:
            stored = await told(write(backend), disk)
            with suppress(Died):  # a backup may still be written
                await backend.close()
        states = [copy_of(folder, "as it was left")]
        states += [copy_of(folder, f"without power {left}") for left in disk.power_failures()]
        for state in states:
            found = await held_after_opening(state)
            assert found in ([after(OLD, changes)] if stored else [OLD, after(OLD, changes)]), (when, disk.calls)
            shutil.rmtree(state)
        if not disk.fired:
            break
    assert stored
    assert when > 4


@pytest.fixture
async def hurt(begun: Path) -> Path:
    """A folder with work for the next start: a file to recover, one that was taken away, a write to take back."""
    (begun / "links.json").write_bytes((begun / "links.json").read_bytes()[:100])
    (begun / "plugin.gone.json.bak").write_text('{"n": 1}')
    (begun / ".audit.json.0123456789ab.tmp").write_text("{")
    (begun / ".together").write_text('{"audit": {"2": [null, "1"]}, "links": {"a": ["1", "\\"old\\""]}}')
    (begun / "audit.json").write_text('{"1": "a", "2": 1}')
    return begun


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_start_that_fails_or_dies_at_any_call_is_made_up_for_by_the_next(hurt: Path, fault: str) -> None:
    expected = after(OLD, {"links": {"a": 1}})
    for when in itertools.count(1):
        folder = copy_of(hurt, when)
        backend = JsonFolderBackend(folder)
        with Disk(folder, when, fault).watched() as disk, suppress(StorageError, Died):
            await backend.open()
            assert await held(backend) == expected
        await backend.close()
        async with await opened(folder) as again:
            assert await held(again) == expected
        asides = sorted(path.name.split("-")[0] for path in folder.iterdir() if "-" in path.name)
        assert asides == ["links.json.corrupt", "plugin.gone.json.removed"], (when, disk.calls)
        assert not [path for path in folder.iterdir() if path.suffix == ".tmp"]
        if not disk.fired:
            break
    assert when > 20


async def test_a_full_disk_does_not_keep_the_bot_from_starting(begun: Path) -> None:
    with Disk(begun, 1, "is full from then on").watched() as disk:
        backend = await opened(begun)
        assert await held(backend) == OLD
        with pytest.raises(StorageError, match="No space left on device; the old values stand"):
            await backend.put("links", "a", "new")
    assert disk.fired
    await backend.put("links", "a", "new")
    await backend.close()


async def test_a_folder_that_may_not_be_written_is_named_at_the_start(begun: Path) -> None:
    with Disk(begun, 1, "fails from then on").watched():
        backend = JsonFolderBackend(begun)
        with pytest.raises(StorageError, match=f"{begun} cannot be opened: .*Input/output error; check"):
            await backend.open()
    async with await opened(begun) as again:
        assert await held(again) == OLD


async def test_one_line_tells_of_a_backup_that_cannot_be_written_and_one_that_it_is_again(
    begun: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    backend = await opened(begun)
    backup = begun / "links.json.bak"
    backup.unlink()
    backup.mkdir()
    for number in range(3):
        await backend.put("links", "n", number)
        await backend._space("links").finish()
    backup.rmdir()
    await backend.put("links", "n", 3)
    await backend.close()
    lines = [(record.levelname, record.message.split(" (")[0]) for record in caplog.records]
    assert lines == [("ERROR", f"{backup} cannot be written"), ("INFO", f"{begun / 'links.json'} has a backup again")]


async def test_one_line_tells_of_a_file_that_cannot_be_read_and_one_that_it_can_again(
    begun: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    backend = await opened(begun)
    path = begun / "links.json"
    path.rename(begun / "kept")
    path.mkdir()
    for _ in range(3):
        assert await held(backend) == OLD
        with pytest.raises(StorageError, match=r"links\.json cannot be read: Is a directory.*until it is mended"):
            await backend.put("links", "a", "new")
    path.rmdir()
    (begun / "kept").rename(path)
    await backend.put("links", "a", "new")
    await backend.close()
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
