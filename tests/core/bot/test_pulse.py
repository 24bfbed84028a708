from collections.abc import Callable

import pytest

from pluggram.bot import pulse
from pluggram.bot.pulse import MOMENT, PATIENCE, Pulse


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let time pass."""
    now = [1000.0]
    monkeypatch.setattr(pulse, "monotonic", lambda: now[0])

    def pass_(seconds: float) -> None:
        now[0] += seconds

    return pass_


def test_a_bot_that_nobody_polls_for_has_an_age_and_misses_nothing(wait: Callable[[float], None]) -> None:
    beating = Pulse()
    wait(9999)
    assert (beating.uptime, beating.poll_age, beating.problem()) == (9999, None, "")


def test_the_age_of_the_last_good_poll_counts(wait: Callable[[float], None]) -> None:
    beating = Pulse()
    beating.expect()
    beating.beat()
    wait(PATIENCE)
    assert (beating.poll_age, beating.problem()) == (PATIENCE, "")
    wait(1)
    assert beating.problem() == "no messages could be fetched from Telegram for 121 s"
    beating.beat()
    assert (beating.poll_age, beating.problem()) == (0, "")


def test_a_first_poll_that_never_comes_is_missed_too(wait: Callable[[float], None]) -> None:
    beating = Pulse()
    wait(50)
    beating.expect()
    wait(PATIENCE + 1)
    assert beating.poll_age is None
    assert "for 121 s" in beating.problem()


def test_of_a_webhook_it_is_said_in_other_words(wait: Callable[[float], None]) -> None:
    beating = Pulse()
    beating.expect("webhook")
    wait(PATIENCE + 1)
    assert beating.source == "webhook"
    assert beating.problem() == "Telegram could not be asked how the webhook fares for 121 s"
    beating.miss("Connection refused")
    wait(6)
    assert beating.problem() == "trouble with the webhook for 6 s: Connection refused"


def test_an_outage_that_lasts_is_told_in_its_own_words(wait: Callable[[float], None]) -> None:
    beating = Pulse()
    beating.expect()
    beating.beat()
    beating.miss("Bad Gateway")
    wait(MOMENT)
    assert beating.problem() == ""
    beating.miss("another copy is polling")
    wait(1)
    assert beating.problem() == "trouble with fetching messages from Telegram for 6 s: another copy is polling"
    beating.beat(mended=False)
    assert (beating.poll_age, "another copy" in beating.problem()) == (0, True)
    beating.beat()
    assert beating.problem() == ""
