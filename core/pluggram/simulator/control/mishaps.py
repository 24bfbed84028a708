"""Verbs that make things go wrong."""

from dataclasses import asdict

from pluggram.simulator.control.arguments import arguments
from pluggram.simulator.control.desk import Desk, Verbs
from pluggram.simulator.errors import JsonObject, SimulatorError
from pluggram.simulator.faults import Fault, Page, Refused, Reset, Silence, Slow
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.webhooks import Patience

KINDS: dict[str, type[Fault]] = {
    "refused": Refused, "page": Page, "reset": Reset, "silence": Silence, "slow": Slow,
}  # fmt: skip
"""The faults by the name under which JSON asks for them."""


def fault(
    desk: Desk, method: str, fault: JsonObject, times: int = 1, chat: int | None = None, bot: Bot | None = None
) -> bool:
    """Let the next calls of a method, or of `*`, go wrong; `fault` has a `kind` and what that kind takes."""
    details = dict(fault)
    kind = details.pop("kind", None)
    if not isinstance(kind, str) or kind not in KINDS:
        raise SimulatorError(f"kind of fault must be one of {', '.join(KINDS)}, not {kind!r}")
    wanted = KINDS[kind]
    asked = wanted(**arguments(desk.telegram, wanted, details))
    desk.telegram.faults.next(method, asked, times=times, chat=chat, bot=bot)
    return True


def faults(desk: Desk) -> JsonObject:
    """Tell which faults are to come and which have happened."""
    planned = [
        {"method": plan.method, "fault": _named(plan.fault), "left": plan.left, "chat_id": plan.chat_id}
        for plan in desk.telegram.faults.planned
    ]
    happened = [
        {"method": each.method, "fault": _named(each.fault), "chat_id": each.chat_id}
        for each in desk.telegram.faults.happened
    ]
    return {"planned": planned, "happened": happened}


def clear_faults(desk: Desk) -> bool:
    """Let all go well again, without flood control, and forget what has happened."""
    desk.telegram.faults.clear()
    return True


def repeat_update(desk: Desk, bot: Bot | None = None, times: int = 1) -> bool:
    """Send the next updates that the bot confirms once more."""
    desk.telegram.faults.repeat_update(desk.bot(bot), times)
    return True


def malformed_update(desk: Desk, fields: JsonObject | None = None, bot: Bot | None = None) -> int:
    """Send an update of any form, without fields one that libraries trip over; return its update_id."""
    return desk.telegram.faults.malformed_update(desk.bot(bot), fields)


def flood_control(desk: Desk, seconds: float) -> bool:
    """Refuse messages that follow each other in a chat sooner than this, with a 429; 0 refuses none."""
    desk.telegram.faults.seconds_per_message = seconds
    return True


def patience(desk: Desk, answer: float = 60.0, pause: float = 1.0, longest: float = 60.0) -> bool:
    """Say how many seconds a webhook may take to answer, and how long the pauses before retries are."""
    desk.telegram.patience = Patience(answer, pause, longest)
    return True


def _named(fault: Fault) -> JsonObject:
    return {"kind": type(fault).__name__.lower(), **asdict(fault)}


VERBS: Verbs = {
    "fault": fault, "faults": faults, "clear_faults": clear_faults, "repeat_update": repeat_update,
    "malformed_update": malformed_update, "flood_control": flood_control, "patience": patience,
}  # fmt: skip
