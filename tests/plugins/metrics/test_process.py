import gc
import time
from pathlib import Path

import pytest

from pluggram_plugins.metrics import process
from pluggram_plugins.metrics.process import Process


def test_it_says_what_memory_it_takes() -> None:
    memory = Process().memory
    assert memory is None or 5_000_000 < memory < 5_000_000_000


@pytest.mark.parametrize("content", [None, "", "12 x"])
def test_where_the_system_does_not_say_memory_is_unknown(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "statm").write_text(content)
    monkeypatch.setattr(process, "_STATM", tmp_path / "statm")
    assert Process().memory is None


def test_the_processor_is_measured_over_the_last_minute_or_two(monkeypatch: pytest.MonkeyPatch) -> None:
    now, used = [0.0], [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "process_time", lambda: used[0])
    looked = Process()
    assert looked.cpu == 0
    for _ in range(300):
        now[0], used[0] = now[0] + 1, used[0] + 0.9
        looked.tick()
    for _ in range(200):
        now[0], used[0] = now[0] + 1, used[0] + 0.1
        looked.tick()
    assert looked.cpu == pytest.approx(0.1)


def test_garbage_collections_are_counted_by_generation() -> None:
    looked = Process()
    before = looked.collections
    gc.collect()
    assert looked.collections[-1] == before[-1] + 1
