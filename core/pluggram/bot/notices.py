"""What plugins want of Telegram and will not get, as @BotFather has set the bot up: told at start, not found out."""

from collections.abc import Callable, Iterable, Iterator

from pluggram.edge import Me
from pluggram.router import Route

_SHOWN = 3

_PRIVACY = (
    "plugin {plugin} wants all messages of groups ({patterns}), but in privacy mode this bot gets only what is meant "
    "for it: switch the mode off by /setprivacy at @BotFather and add the bot to its groups anew, or make it an "
    "administrator of the group"
)
_INLINE = (
    "plugin {plugin} answers inline queries ({patterns}), but this bot gets none: "
    "switch inline mode on by /setinline at @BotFather"
)
_GROUPS = (
    "plugin {plugin} has something for the administrators of groups ({patterns}), but nobody can add this bot to a "
    "group: allow it by /setjoingroups at @BotFather"
)


def notices(routes: Iterable[Route], me: Me) -> Iterator[str]:
    """Say what each plugin wants and will not get, and how to change that; of what is not told, think the best."""
    routes = tuple(routes)
    if me.supports_inline_queries is False:
        yield from _told(_INLINE, routes, lambda route: route.handler.on == "inline")
    if me.can_join_groups is False:
        yield from _told(_GROUPS, routes, lambda route: route.handler.access == "group_admin")
    elif me.can_read_all_group_messages is False:
        yield from _told(_PRIVACY, routes, _wants_all_messages)


def _wants_all_messages(route: Route) -> bool:
    handler = route.handler
    return handler.on == "message" and not handler.fallback and not route.pattern.literal.startswith("/")


def _told(text: str, routes: Iterable[Route], wants: Callable[[Route], bool]) -> Iterator[str]:
    wanting: dict[str, list[str]] = {}
    for route in filter(wants, routes):
        wanting.setdefault(route.plugin, []).append(repr(route.handler.pattern))
    for plugin, patterns in wanting.items():
        more = [f"and {len(patterns) - _SHOWN} more"] if len(patterns) > _SHOWN else []
        yield text.format(plugin=plugin, patterns=", ".join(patterns[:_SHOWN] + more))
