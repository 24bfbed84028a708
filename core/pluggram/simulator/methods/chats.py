"""Methods that tell about a chat and who is in it."""

from pluggram.simulator.errors import JsonObject, bad_request
from pluggram.simulator.methods.call import Call, Method, chat_of
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.chats import Chat, Member

_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_GIFTS = (
    "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels",
)  # fmt: skip


async def get_chat(call: Call) -> object:
    """Return all that is known of a chat (Bot API, ChatFullInfo)."""
    chat = chat_of(call)
    gifts = dict.fromkeys(_GIFTS, chat.type == "private")
    return chat.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


async def get_chat_member(call: Call) -> object:
    """Return what somebody is in a chat (Bot API, ChatMember)."""
    user_id = call.params.integer("user_id", low=0)
    if user_id == 0:
        raise bad_request("invalid user_id specified")
    chat = chat_of(call)
    account = _account(call, chat, user_id)
    if account is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return _member(chat.member(account), chat)


async def get_chat_administrators(call: Call) -> object:
    """Return a group's administrators; other bots are left out (Bot API, getChatAdministrators)."""
    chat = chat_of(call)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    members = (each for each in chat.members.values() if chat.is_administrator(each.account))
    return [_member(each, chat) for each in members if not each.account.is_bot or each.account is call.bot]


async def get_chat_member_count(call: Call) -> object:
    """Return how many are in a chat."""
    return sum(member.present for member in chat_of(call).members.values())


def _account(call: Call, chat: Chat, user_id: int) -> Account | None:
    member = chat.members.get(user_id)
    return member.account if member else call.world.users.get(user_id)


def _member(member: Member, chat: Chat) -> JsonObject:
    result: JsonObject = {"user": member.account.json(), "status": member.status}
    if member.status == "kicked":
        return result | {"until_date": 0}
    if member.status not in ("creator", "administrator"):
        return result
    result["is_anonymous"] = member.anonymous
    if member.title:
        result["custom_title"] = member.title
    if member.status == "creator":
        return result
    more = ("can_post_messages", "can_edit_messages") if chat.type == "channel" else ("can_pin_messages",)
    return result | {"can_be_edited": False} | dict.fromkeys(_RIGHTS + more, True) | {"can_promote_members": False}


METHODS: dict[str, Method] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
}
