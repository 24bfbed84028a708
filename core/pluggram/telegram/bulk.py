"""One of many messages of the same content: not waited for, and its file is uploaded once for all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pluggram.edge import Sent
from pluggram.errors import FloodLimit, Unreachable
from pluggram.parts import File
from pluggram.reply import Reply
from pluggram.telegram.gated import in_bulk
from pluggram.telegram.render import messages, place
from pluggram.telegram.sending import Caller, send_all


class NotNow(Exception):
    """Carries a FloodLimit or Unreachable past those who would wait it out."""

    def __init__(self, reason: FloodLimit | Unreachable) -> None:
        self.reason = reason


async def send_bulk(call: Caller, chat_id: int | str, reply: Reply) -> Sent:
    """Send a reply to a chat, and give what to send to the next one.

    Raises FloodLimit and Unreachable at once; when a part of the reply is there already, the rest is sent patiently.
    """
    results: list[Any] = []

    async def once(method: str, parameters: Mapping[str, Any]) -> Any:
        try:
            with in_bulk(waiting=bool(results)):
                result = await call(method, parameters)
        except (FloodLimit, Unreachable) as error:
            if results:
                raise
            raise NotNow(error) from error
        results.append(result)
        return result

    try:
        ids = await send_all(once, messages(place(chat_id), reply))
    except NotNow as early:
        raise early.reason from None
    return Sent(ids, _known(reply, results))


def _known(reply: Reply, results: Sequence[Any]) -> Reply:
    """Name the file of a reply by the file_id that Telegram has given it, whatever it was sent as."""
    if not isinstance(reply.photo or reply.document, File):
        return reply
    for message in results:
        if isinstance(message, dict):
            sizes, document = message.get("photo"), message.get("document")
            if isinstance(sizes, list) and sizes and (file_id := _file_id(sizes[-1])):
                return replace(reply, photo=file_id, document=None)
            if file_id := _file_id(document):
                return replace(reply, photo=None, document=file_id)
    return reply


def _file_id(file: object) -> str:
    file_id = file.get("file_id") if isinstance(file, dict) else None
    return file_id if isinstance(file_id, str) else ""
