"""Brings answers back to where they were asked for, from nothing but the request and the Reply."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pluggram.errors import Forbidden, TelegramError, TokenRefused, Unreachable
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.gated import hurrying
from pluggram.telegram.plain import plain
from pluggram.telegram.render import Call, acknowledge, render
from pluggram.telegram.sending import Caller, patiently, send_all
from pluggram.telegram.turns import Together

logger = logging.getLogger("pluggram.telegram")

_NOBODY = re.compile(
    r"(Bad Request: )?(chat not found|peer_id_invalid|(have no|not enough|need administrator) rights|topic_closed|"
    r"chat_(write|send_\w+)_forbidden|group chat was deactivated|message to (be )?repl(y|ied) not found|"
    r"query is too old|query_id_invalid)",
    re.IGNORECASE,
)
"""How Telegram says in a 400 that nobody is there who could be answered (tdlib/telegram-bot-api)."""

Sent = Callable[[int], object]
"""Is told how many calls of an answer are made, after each."""


def _nobody(made: int) -> None:
    """Be told and do nothing."""


async def deliver_answer(
    call: Caller, request: Request, reply: Reply | None, *, acknowledged: bool, skip: int = 0, sent: Sent = _nobody
) -> None:
    """Bring back what a handler returned: answer the press if that is still due, then send the reply's calls in order.

    acknowledged: the press is answered, or left to another (Attendance.acknowledged). skip: so many calls of this
    answer are made already, as `sent` was told before a restart; the press is answered then.
    Raises Unreachable when Telegram cannot be reached and TokenRefused when it knows the bot no longer: what was not
    sent may be sent later. What is refused for good is logged, for nobody waits for it here.
    """
    press_due = request.kind == "button" and not acknowledged and not skip
    try:
        if reply is not None and (press_due or reply.notice):
            await _deliver_returned(call, request, reply, press_due, skip, sent)
        elif reply is not None:
            await deliver(call, request, reply, skip=skip, sent=sent)
        elif press_due:
            await acknowledge_press(call, request)
    except (Unreachable, TokenRefused):
        raise
    except TelegramError as error:
        nobody = isinstance(error, Forbidden) or _NOBODY.match(str(error)) is not None
        logger.log(logging.INFO if nobody else logging.ERROR, "update %s: its answer is refused: %s", request.id, error)


async def _deliver_returned(
    call: Caller, request: Request, reply: Reply, press_due: bool, skip: int, sent: Sent
) -> None:
    """Deliver a reply; as a notice over the chat if it is one and the press can still be answered by it."""
    message = replace(reply, notice=False) if reply.notice else reply
    if press_due:
        notice = notice_of(request, reply)
        if await acknowledge_press(call, request, notice) and notice:
            sent(1 + sum(map(len, _planned(request, message))))
            return
    await deliver(call, request, message, skip=skip, sent=sent)


async def deliver(
    call: Caller, request: Request, reply: Reply, *, skip: int = 0, sent: Sent = _nobody
) -> Sequence[int]:
    """Send a reply and give the ids of the messages it became; what Telegram refuses for its form is sent plainer.

    A message that cannot be changed is sent anew. skip, sent: as for `deliver_answer`. Raises TelegramError for what
    stays refused.
    """
    plan, instead = _planned(request, reply)
    if not plan:
        logger.warning("update %s: there is no chat that its answer could go to", request.id)
    with Together():
        if len(plan) == 1 and not instead and not skip:
            ids = await send_all(call, plan)
            sent(1)
            return ids
        return await _send_planned(call, request, plan, instead, skip, sent)


async def _send_planned(
    call: Caller, request: Request, plan: Sequence[Call], instead: Sequence[Call], skip: int, sent: Sent
) -> Sequence[int]:
    ids: list[int] = []
    made = skip
    for each in [*plan, *instead][skip:]:
        made += 1
        try:
            ids += await send_all(call, [each])
        except TelegramError as error:
            if made > len(plan) or not instead or type(error) is not TelegramError:
                raise
            logger.info("update %s: sent anew, because it cannot be edited: %s", request.id, error)
        else:
            made += len(instead) if made == len(plan) else 0
        sent(made)
        if made == len(plan) + len(instead):
            break
    return ids


def _planned(request: Request, reply: Reply) -> tuple[Sequence[Call], Sequence[Call]]:
    """Say which calls bring a reply, the same ones each time, and which to make where an edit is refused."""
    calls = render(request, reply)
    if not reply.edit or not calls or not calls[0][0].startswith("edit"):
        return calls, ()
    return calls, render(request, replace(reply, edit=False))


async def acknowledge_press(call: Caller, request: Request, notice: str = "") -> bool:
    """Answer a button press, so that the button stops waiting; give whether Telegram took it."""
    try:
        with hurrying():
            await patiently(call, *acknowledge(request, notice))
    except TelegramError as error:
        logger.info("update %s: a button press could not be answered: %s", request.id, error)
        return False
    return True


def notice_of(request: Request, reply: Reply) -> str:
    """Give what is shown over the chat; under an inline message, whose chat bots do not see, there is no other."""
    if reply.photo or reply.document or not (reply.notice or (request.chat_id is None and not reply.edit)):
        return ""
    return plain(reply.text, reply.parse_mode) if reply.parse_mode else reply.text
