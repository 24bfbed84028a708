from pluggram.simulator.model.webhooks import Patience


def test_the_first_retry_comes_at_once_and_the_pauses_double_up_to_the_longest() -> None:
    patience = Patience(pause=1, longest=10)
    assert [patience.before_retry(failures) for failures in range(1, 7)] == [0, 2, 4, 8, 10, 10]
    assert patience.before_retry(10_000) == 10
