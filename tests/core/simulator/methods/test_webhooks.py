import asyncio

import pytest

from tests.core.simulator.stage import Stage

URL = "http://127.0.0.1:8443/hook"


async def remark(stage: Stage, method: str, **params: object) -> object:
    answer = await stage.telegram.call(stage.bot.token, method, params)
    assert (answer.status, answer.body["ok"], answer.body["result"]) == (200, True, True), answer.body
    return answer.body["description"]


async def test_setting_and_deleting_say_what_they_did(stage: Stage) -> None:
    assert await remark(stage, "deleteWebhook") == "Webhook is already deleted"
    assert await remark(stage, "setWebhook", url=URL) == "Webhook was set"
    stage.clock.now += 1
    assert await remark(stage, "setWebhook", url=URL) == "Webhook is already set"
    stage.clock.now += 1
    assert await remark(stage, "setWebhook", url=URL, secret_token="x") == "Webhook was set"
    assert await remark(stage, "setWebhook", url="") == "Webhook was deleted"
    assert await remark(stage, "setWebhook") == "Webhook is already deleted"


async def test_the_info_tells_what_was_set_but_not_the_secret(stage: Stage) -> None:
    await stage.ok("setWebhook", url=URL, secret_token="x", max_connections="500", allowed_updates=["message"])
    stage.ann.send(stage.chat, "one")
    assert await stage.message("getWebhookInfo") == {
        "url": URL,
        "has_custom_certificate": False,
        "pending_update_count": 1,
        "max_connections": 100,
        "ip_address": "127.0.0.1",
        "allowed_updates": ["message"],
    }


async def test_a_certificate_is_taken_and_makes_every_webhook_a_new_one(stage: Stage) -> None:
    for _ in range(2):
        assert await remark(stage, "setWebhook", url=URL, certificate=("a.pem", b"x", "")) == "Webhook was set"
        stage.clock.now += 1
    assert (await stage.message("getWebhookInfo"))["has_custom_certificate"] is True


async def test_the_same_webhook_may_change_which_updates_it_gets(stage: Stage) -> None:
    await stage.ok("setWebhook", url=URL)
    stage.clock.now += 1
    assert await remark(stage, "setWebhook", url=URL, allowed_updates='["message"]') == "Webhook is already set"
    assert (await stage.message("getWebhookInfo"))["allowed_updates"] == ["message"]


async def test_two_webhooks_in_one_second_are_too_many(stage: Stage) -> None:
    await stage.ok("setWebhook", url=URL)
    answer = await stage.telegram.call(stage.bot.token, "setWebhook", {"url": URL})
    assert answer.body == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }


async def test_updates_cannot_be_fetched_while_they_are_sent(stage: Stage) -> None:
    await stage.ok("setWebhook", url=URL)
    assert await stage.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await stage.ok("deleteWebhook")
    assert await stage.updates() == []


async def test_a_poll_that_hangs_ends_when_a_webhook_is_set(stage: Stage) -> None:
    poll = asyncio.create_task(stage.refusal("getUpdates", timeout=50))
    await stage.telegram.until(lambda: stage.bot.updates.polled)
    await stage.ok("setWebhook", url=URL)
    assert await poll == "Conflict: terminated by setWebhook request"


async def test_dropping_pending_updates_leaves_none(stage: Stage) -> None:
    stage.ann.send(stage.chat, "one")
    assert await remark(stage, "deleteWebhook") == "Webhook is already deleted"
    info = await stage.message("getWebhookInfo")
    assert info == {"url": "", "has_custom_certificate": False, "pending_update_count": 1}
    await stage.ok("deleteWebhook", drop_pending_updates=True)
    assert (await stage.message("getWebhookInfo"))["pending_update_count"] == 0
    stage.ann.send(stage.chat, "two")
    await stage.ok("setWebhook", url=URL, drop_pending_updates=True)
    assert (await stage.message("getWebhookInfo"))["pending_update_count"] == 0


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "ftp://127.0.0.1/"}, "invalid webhook URL specified"),
        ({"url": "https://"}, "invalid webhook URL specified"),
        ({"url": "https://127.0.0.1:0/"}, "invalid webhook URL specified"),
        ({"url": "https://127.0.0.1:99999/"}, "invalid webhook URL specified"),
        ({"url": "https://[127.0.0.1/"}, "invalid webhook URL specified"),
        ({"url": "https://a b/"}, "invalid webhook URL specified"),
        ({"url": URL, "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": URL, "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": URL, "secret_token": "é"}, "secret token contains unallowed characters"),
        ({"url": "http://example.org/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.org:8080/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            {"url": "example.org"},
            "bad webhook: simulator: updates are sent to this machine only (localhost, 127.0.0.1, [::1]), "
            "not to example.org",
        ),
        (
            {"url": "https://127.0.0.1.example.org/"},
            "bad webhook: simulator: updates are sent to this machine only (localhost, 127.0.0.1, [::1]), "
            "not to 127.0.0.1.example.org",
        ),
        (
            {"url": "https://127.0.0.1/", "ip_address": "10.0.0.1"},
            "bad webhook: simulator: updates are sent to this machine only (localhost, 127.0.0.1, [::1]), "
            "not to 10.0.0.1",
        ),
        ({"url": URL, "ip_address": "x"}, "bad webhook: Invalid IP address specified"),
    ],
)
async def test_what_is_wrong_with_a_webhook_is_said_and_the_old_one_gone(
    stage: Stage, params: dict[str, object], words: str
) -> None:
    await stage.ok("setWebhook", url=URL)
    stage.clock.now += 1
    assert await stage.refusal("setWebhook", **params) == f"Bad Request: {words}"
    assert stage.bot.webhook is None


@pytest.mark.parametrize(
    "url", ["localhost:8080", "https://localhost/x y", "http://127.8.8.8:1/", "http://[::1]:99/", "HTTPS://LOCALHOST"]
)
async def test_any_port_of_this_machine_will_do_and_http(stage: Stage, url: str) -> None:
    assert await remark(stage, "setWebhook", url=url) == "Webhook was set"
    assert (await stage.message("getWebhookInfo"))["url"] == url
