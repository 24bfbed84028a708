from collections.abc import AsyncIterator
from typing import Any

import pytest

from pluggram.access import ADMINS, Roles
from pluggram.handlers import Access
from pluggram.request import Request
from pluggram.storage import Json, Storage, Store
from pluggram.storage.memory import MemoryBackend

OWNER, ADMIN, USER = 11, 22, 33
GROUP = {"id": -100, "type": "supergroup"}


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


@pytest.fixture
def roles(admins: Store) -> Roles:
    return Roles([OWNER], admins)


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
    (OWNER, {"all", "admin", "owner"}),
    (ADMIN, {"all", "admin"}),
    (USER, {"all"}),
]


@pytest.mark.parametrize("ask", [message, press])
@pytest.mark.parametrize(("user", "allowed"), EVERYONE)
@pytest.mark.parametrize("access", ["all", "admin", "owner"])
async def test_each_role_may_what_it_may(roles: Roles, ask: Any, user: int, allowed: set[str], access: Access) -> None:
    assert await roles.permits(ask(user), access) is (access in allowed)


@pytest.mark.parametrize("user", [OWNER, ADMIN, 1087968824, 136817688, 777000])
async def test_whoever_speaks_as_a_chat_is_nobody_s_admin(roles: Roles, admins: Store, user: int) -> None:
    await admins.put(str(user), {"by": OWNER})
    request = message(user, sender_chat=GROUP, chat=GROUP)
    assert await roles.permits(request, "all")
    assert not await roles.permits(request, "admin")
    assert not await roles.permits(request, "owner")


async def test_a_message_from_nobody_may_what_all_may(roles: Roles) -> None:
    request = message(OWNER, **{"from": None})
    assert [await roles.permits(request, access) for access in ("all", "admin", "owner")] == [True, False, False]


async def test_an_admin_is_one_as_long_as_the_storage_says_so(roles: Roles, admins: Store) -> None:
    await admins.put(str(USER), {"by": OWNER})
    assert await roles.permits(message(USER), "admin")
    await admins.delete(str(USER))
    assert not await roles.permits(message(USER), "admin")


@pytest.mark.parametrize(
    ("value", "admin"), [(True, True), ("Ada", True), (1, True), (False, False), (0, False), ({}, False)]
)
async def test_in_a_file_edited_by_hand_no_means_no(roles: Roles, admins: Store, value: Json, admin: bool) -> None:
    await admins.put(str(USER), value)
    assert await roles.permits(message(USER), "admin") is admin


async def test_a_bot_without_owners_has_no_admin_by_default(admins: Store) -> None:
    roles = Roles([], admins)
    assert not await roles.permits(message(OWNER), "owner")
    assert not await roles.permits(message(0), "owner")


async def test_an_access_that_does_not_exist_is_no_admin_s(roles: Roles) -> None:
    assert not await roles.permits(message(ADMIN), "everything")  # type: ignore[arg-type]


@pytest.mark.parametrize("user", [10**30, -(10**30)])
async def test_an_absurd_id_is_denied_and_not_looked_up(roles: Roles, user: int) -> None:
    assert not await roles.permits(message(user), "admin")
