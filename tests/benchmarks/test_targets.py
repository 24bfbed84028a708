"""A target is reached, missed, or not decided by what was measured."""

import pytest

from tests.benchmarks.targets import TARGETS, report


def rounds(*figures: float) -> list[dict[str, float]]:
    return [{"cpu": figure, "wrong": 0, "missing": 0, "doubled": 0, "disordered": 0} for figure in figures]


@pytest.mark.parametrize(("ours", "verdict"), [((30, 50, 90), "reached"), ((40, 70, 140), "MISSED")])
def test_a_target_is_decided_by_the_median_of_the_ratios_of_each_round(ours: tuple[float, ...], verdict: str) -> None:
    found = {"bots": {"limit": rounds(10, 10, 20), "pluggram-durable-sqlite": rounds(*ours)}}
    row = next(line for line in report(found).splitlines() if "durable, SQLite" in line)
    assert verdict in row
    assert f"({ours[0] / 10:.2f}-{max(ours[1] / 10, ours[2] / 20):.2f})" in row


def test_what_was_not_measured_is_not_in_the_report() -> None:
    assert report({"bots": {"limit": rounds(1)}}) == ""


def test_a_single_answer_out_of_order_misses_the_target() -> None:
    bad = [{**each, "disordered": 1} for each in rounds(1)]
    assert "MISSED" in report({"bots": {"pluggram-memory-sqlite": bad}})
    assert "reached" in report({"bots": {"pluggram-memory-sqlite": rounds(1), "grammy": bad}})


def test_every_target_has_words_of_its_own() -> None:
    assert len({target.what for target in TARGETS}) == len(TARGETS)
