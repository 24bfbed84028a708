"""What administrators may do, by kind of chat (Bot API, ChatMemberAdministrator)."""

_ANYWHERE = (
    "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users", "can_restrict_members",
    "can_promote_members", "can_manage_video_chats", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip

RIGHTS = {
    "group": (*_ANYWHERE, "can_pin_messages", "can_manage_tags"),
    "supergroup": (*_ANYWHERE, "can_pin_messages", "can_manage_topics", "can_manage_tags"),
    "channel": (*_ANYWHERE, "can_post_messages", "can_edit_messages", "can_manage_direct_messages"),
}
"""The rights there are, by the type of a chat."""

USUAL_RIGHTS = frozenset(name for names in RIGHTS.values() for name in names) - {"can_promote_members"}
"""What an administrator may do of whom nothing else is said."""
