"""Methods that tell about a chat and who is in it."""

from pluggram.simulator.errors import JsonObject, bad_request
from pluggram.simulator.methods.call import Call, Method, chat_of
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.membership import take_out

_GIFTS = (
    "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels",
)  # fmt: skip
_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
)  # fmt: skip


async def get_chat(call: Call) -> object:
    """Return all that is known of a chat (Bot API, ChatFullInfo)."""
    chat = chat_of(call)
    gifts = dict.fromkeys(_GIFTS, chat.type == "private")
    info: JsonObject = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    if chat.type in ("group", "supergroup"):
        info["permissions"] = dict.fromkeys(_PERMISSIONS, True)
    if username := chat.json().get("username"):
        info["active_usernames"] = [username]
    if chat.pinned:
        info["pinned_message"] = chat.pinned[-1].json(nested=True)
    return chat.json() | info


async def get_chat_member(call: Call) -> object:
    """Return what somebody is in a chat (Bot API, ChatMember)."""
    user_id = _user_id(call)
    chat = chat_of(call, members=user_id != call.bot.id)
    account = _account(call, chat, user_id)
    if account is None or (chat.type == "private" and user_id not in chat.members):
        raise bad_request("PARTICIPANT_ID_INVALID" if chat.type in ("supergroup", "channel") else "member not found")
    _check_visible(call, chat)
    return chat.member(account).json(chat.type)


async def get_chat_administrators(call: Call) -> object:
    """Return a group's administrators; other bots are left out unless asked for (Bot API, getChatAdministrators)."""
    chat = chat_of(call, members=True)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    _check_visible(call, chat)
    members = [each for each in chat.members.values() if chat.is_administrator(each.account)]
    if not call.params.boolean("return_bots"):
        members = [each for each in members if not each.account.is_bot or each.account is call.bot]
    return [each.json(chat.type) for each in members]


async def get_chat_member_count(call: Call) -> object:
    """Return how many are in a chat."""
    return sum(member.present for member in chat_of(call, members=True).members.values())


async def leave_chat(call: Call) -> object:
    """Let the bot leave a group or channel."""
    chat = chat_of(call)
    if chat.type == "private":
        raise bad_request("can't leave private chats")
    if chat.member(call.bot).present:
        take_out(call.world, chat, call.bot, call.bot)
    elif chat.type == "group":
        raise bad_request("USER_NOT_PARTICIPANT")
    return True


async def get_user_profile_photos(call: Call) -> object:
    """Return the profile photos of a person: nobody here has any."""
    if _user_id(call) not in call.world.users:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


def _user_id(call: Call) -> int:
    user_id = call.params.integer("user_id", low=0)
    if user_id == 0:
        raise bad_request("invalid user_id specified")
    return user_id


def _account(call: Call, chat: Chat, user_id: int) -> Account | None:
    member = chat.members.get(user_id)
    return member.account if member else call.world.users.get(user_id)


def _check_visible(call: Call, chat: Chat) -> None:
    if chat.type == "channel" and not chat.is_administrator(call.bot):
        raise bad_request("member list is inaccessible")


METHODS: dict[str, Method] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "getUserProfilePhotos": get_user_profile_photos,
}
