import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pluggram.access import ADMINS, Authorizer, Permissions, Roles
from pluggram.errors import TelegramError
from pluggram.handlers import Access, Handler, handler
from pluggram.request import Request
from pluggram.storage import Json, Storage, Store
from pluggram.storage.memory import MemoryBackend

OWNER, ADMIN, USER, GROUP_ADMIN = 11, 22, 33, 44
GROUP: dict[str, Any] = {"id": -100, "type": "supergroup"}


@pytest.fixture
async def admins() -> AsyncIterator[Store]:
    storage = Storage()
    backend = MemoryBackend()
    await backend.open()
    storage.attach(backend)
    store = storage.store(ADMINS)
    await store.put(str(ADMIN), {"by": OWNER})
    yield store
    await storage.close()


async def administrators(chat_id: int) -> frozenset[int]:
    if chat_id != GROUP["id"]:
        raise TelegramError("Bad Request: chat not found")
    return frozenset([GROUP_ADMIN])


async def nobody(chat_id: int) -> frozenset[int]:
    raise RuntimeError("not connected")


@pytest.fixture
def roles(admins: Store) -> Roles:
    return Roles([OWNER], admins, administrators)


def message(user: int, **more: Any) -> Request:
    body = {"message_id": 1, "from": {"id": user}, "chat": {"id": user, "type": "private"}, "text": "/x"} | more
    request = Request.from_update({"update_id": 1, "message": body})
    assert request is not None
    return request


def press(user: int) -> Request:
    carrier = {"message_id": 1, "from": {"id": OWNER}, "chat": GROUP, "sender_chat": GROUP}
    body = {"id": "1", "from": {"id": user}, "message": carrier, "data": "x"}
    request = Request.from_update({"update_id": 1, "callback_query": body})
    assert request is not None
    return request


EVERYONE = [
    (OWNER, {"all", "group_admin", "admin", "owner"}),
    (ADMIN, {"all", "group_admin", "admin"}),
    (USER, {"all"}),
]


@pytest.mark.parametrize("ask", [message, press])
@pytest.mark.parametrize(("user", "allowed"), EVERYONE)
@pytest.mark.parametrize("access", ["all", "group_admin", "admin", "owner"])
async def test_each_role_may_what_it_may(roles: Roles, ask: Any, user: int, allowed: set[str], access: Access) -> None:
    assert await roles.has(ask(user), access) is (access in allowed)


@pytest.mark.parametrize("user", [OWNER, ADMIN, 1087968824, 136817688, 777000])
async def test_whoever_speaks_as_a_chat_is_nobody_s_admin(roles: Roles, admins: Store, user: int) -> None:
    await admins.put(str(user), {"by": OWNER})
    request = message(user, sender_chat=GROUP, chat=GROUP)
    assert await roles.has(request, "all")
    assert not await roles.has(request, "admin")
    assert not await roles.has(request, "owner")


async def test_a_message_from_nobody_may_what_all_may(roles: Roles) -> None:
    request = message(OWNER, **{"from": None})
    assert [await roles.has(request, access) for access in ("all", "admin", "owner")] == [True, False, False]


async def test_an_admin_is_one_as_long_as_the_storage_says_so(roles: Roles, admins: Store) -> None:
    await admins.put(str(USER), {"by": OWNER})
    assert await roles.has(message(USER), "admin")
    await admins.delete(str(USER))
    assert not await roles.has(message(USER), "admin")


@pytest.mark.parametrize(
    ("value", "admin"), [(True, True), ("Ada", True), (1, True), (False, False), (0, False), ({}, False)]
)
async def test_in_a_file_edited_by_hand_no_means_no(roles: Roles, admins: Store, value: Json, admin: bool) -> None:
    await admins.put(str(USER), value)
    assert await roles.has(message(USER), "admin") is admin


async def test_a_bot_without_owners_has_no_admin_by_default(admins: Store) -> None:
    roles = Roles([], admins, administrators)
    assert not await roles.has(message(OWNER), "owner")
    assert not await roles.has(message(0), "owner")


async def test_an_access_that_does_not_exist_is_no_admin_s(roles: Roles) -> None:
    assert not await roles.has(message(ADMIN), "everything")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_who_administers_a_group_is_known_in_that_group_only(roles: Roles, kind: str) -> None:
    group = GROUP | {"type": kind}
    assert await roles.has(message(GROUP_ADMIN, chat=group), "group_admin")
    assert not await roles.has(message(GROUP_ADMIN, chat=group), "admin")
    assert not await roles.has(message(USER, chat=group), "group_admin")
    assert not await roles.has(message(GROUP_ADMIN), "group_admin")
    assert await roles.has(press(GROUP_ADMIN), "group_admin")
    assert not await roles.has(message(GROUP_ADMIN, chat=group | {"id": -1}), "group_admin")


async def test_an_anonymous_administrator_is_not_known_as_one(roles: Roles) -> None:
    assert not await roles.has(message(GROUP_ADMIN, chat=GROUP, sender_chat=GROUP), "group_admin")


async def test_nobody_administers_a_group_while_that_cannot_be_told(admins: Store) -> None:
    roles = Roles([OWNER], admins, nobody)
    assert not await roles.has(message(GROUP_ADMIN, chat=GROUP), "group_admin")
    assert await roles.has(message(ADMIN, chat=GROUP), "group_admin")


async def test_while_it_cannot_be_told_the_asker_is_told_that_and_not_that_he_may_not(admins: Store) -> None:
    permissions = Permissions(Roles([OWNER], admins, nobody), [])
    refusal = await permissions.refusal(message(GROUP_ADMIN, chat=GROUP), declared("group_admin"))
    assert refusal == "Whether you may use /x cannot be looked up now. Please try again later."
    assert await permissions.refusal(message(OWNER, chat=GROUP), declared("group_admin")) is None


def declared(access: Access) -> Handler:
    return handler("/x", lambda request: None, access=access)


async def allow(request: Request, handler: Handler) -> bool:
    return True


async def deny(request: Request, handler: Handler) -> bool:
    return False


async def fail(request: Request, handler: Handler) -> bool:
    raise ValueError("broken")


@pytest.mark.parametrize(
    ("said", "user", "refusal"),
    [
        ([], USER, "Only an admin of this bot may use /x."),
        ([], ADMIN, None),
        ([allow], ADMIN, None),
        ([allow], USER, "Only an admin of this bot may use /x."),
        ([allow, deny], ADMIN, "You may not use /x here."),
        ([fail], OWNER, "You may not use /x here."),
    ],
)
async def test_roles_decide_and_any_plugin_may_deny(
    roles: Roles, said: list[Authorizer], user: int, refusal: str | None
) -> None:
    permissions = Permissions(roles, [("stern", authorizer) for authorizer in said])
    assert await permissions.refusal(message(user), declared("admin")) == refusal


async def test_who_writes_as_a_chat_is_told_what_to_do(roles: Roles) -> None:
    refusal = await Permissions(roles, []).refusal(
        message(GROUP_ADMIN, chat=GROUP, sender_chat=GROUP), declared("group_admin")
    )
    assert refusal is not None
    assert refusal.startswith("Only an administrator of this group may use /x.")
    assert refusal.endswith("write as yourself.")


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()])
async def test_whatever_a_plugin_raises_denies_and_ends_nothing(
    roles: Roles, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    async def gone(request: Request, handler: Handler) -> bool:
        raise error

    permissions = Permissions(roles, [("stern", gone)])
    assert await permissions.refusal(message(OWNER), declared("all")) == "You may not use /x here."
    assert "plugin stern failed to authorize" in caplog.text


@pytest.mark.parametrize("said", [None, "no", 1])
async def test_what_is_neither_true_nor_false_denies(
    roles: Roles, said: object, caplog: pytest.LogCaptureFixture
) -> None:
    async def vague(request: Request, handler: Handler) -> Any:
        return said

    permissions = Permissions(roles, [("vague", vague)])
    assert await permissions.refusal(message(OWNER), declared("all")) == "You may not use /x here."
    assert f"an authorizer gives True or False, not a {type(said).__name__}" in caplog.text


async def test_a_plugin_that_never_decides_denies_and_is_named(
    roles: Roles, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def undecided(request: Request, handler: Handler) -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr("pluggram.access.PATIENCE", 0.01)
    permissions = Permissions(roles, [("undecided", undecided)])
    assert await permissions.refusal(message(OWNER), declared("all")) == "You may not use /x here."
    assert "plugin undecided took longer than 0.01 s to authorize" in caplog.text


async def test_a_question_that_is_cancelled_from_outside_is_not_answered(roles: Roles) -> None:
    asked = asyncio.Event()

    async def slow(request: Request, handler: Handler) -> bool:
        asked.set()
        await asyncio.Event().wait()
        return True

    question = asyncio.create_task(Permissions(roles, [("slow", slow)]).refusal(message(OWNER), declared("all")))
    await asked.wait()
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question


@pytest.mark.parametrize("user", [10**30, -(10**30)])
async def test_an_absurd_id_is_denied_and_not_looked_up(roles: Roles, user: int) -> None:
    assert not await roles.has(message(user), "admin")
