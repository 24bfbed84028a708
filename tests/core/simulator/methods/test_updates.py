from tests.core.simulator.stage import Stage


async def test_updates_stay_until_a_later_offset_confirms_them(stage: Stage) -> None:
    for text in ("one", "two", "three"):
        stage.ann.send(stage.chat, text)
    first = await stage.updates(limit=1)
    assert [update["update_id"] for update in first] == [1_800_000_000]
    assert len(await stage.updates()) == 3
    assert len(await stage.updates(offset="1800000002")) == 1
    assert len(await stage.updates()) == 1
    assert await stage.updates(offset=1_800_000_003) == []


async def test_allowed_updates_are_kept_until_they_change(stage: Stage) -> None:
    await stage.updates(allowed_updates='["callback_query"]')
    await stage.updates(allowed_updates="[broken")
    stage.ann.send(stage.chat, "one")
    assert await stage.updates() == []
    assert (await stage.message("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    await stage.updates(allowed_updates=[])
    stage.ann.send(stage.chat, "two")
    assert len(await stage.updates()) == 1
