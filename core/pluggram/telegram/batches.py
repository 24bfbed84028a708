"""Batches of updates as getUpdates brings them: what of one cannot be read does not keep back the rest.

An answer that cannot be decoded as a whole, for one number of 5,000 digits in one update, is cut into its updates
without being decoded, and then each of them is decoded by itself.
"""

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from pluggram.decoding import are_sound, decode, is_update_id, read_json
from pluggram.edge import Arrival, Malformed
from pluggram.telegram.results import Answer, no_bot_api, refusal, result_in

_CLOSING = {b"[": b"]", b"{": b"}"}
_NEXT_MARK = re.compile(rb'(?:[^"\[\]{},]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{},"])', re.DOTALL)
_MEMBER = re.compile(rb'"([a-z_]*)"\s*:\s*(.*)', re.DOTALL)
_ID = re.compile(rb"[0-9]{1,19}")


def updates_in(answer: Answer) -> Sequence[Arrival]:
    """Give the updates of an answer to getUpdates, some of them Malformed.

    Raises TelegramError for a refusal, and Unreachable for what is no such answer, or not all of one.
    """
    status, body = answer
    if status != HTTPStatus.OK:
        raise refusal(answer)
    try:
        updates = result_in(read_json(body))
    except ValueError:
        pass
    else:
        if not isinstance(updates, list):
            raise no_bot_api("it gives something else than updates")
        if are_sound(updates, body):
            return updates
    arrivals = salvage(body)
    if arrivals is None:
        raise no_bot_api()
    return arrivals


def salvage(answer: bytes) -> Sequence[Arrival] | None:
    """Read each update of an answer to getUpdates by itself; None when it is no such answer, or not all of one."""
    updates = None
    for name, value in _members(answer):
        if name == b"result" and value.startswith(b"["):
            updates = _parts(value)
    return None if updates is None else [_arrival(update) for update in updates]


def _arrival(update: bytes) -> Arrival:
    try:
        return decode(update)
    except ValueError as error:
        return Malformed(update.decode(errors="backslashreplace"), str(error), _update_id(update))


def _update_id(update: bytes) -> int | None:
    """Find the id of an update that cannot be decoded."""
    found = None
    for name, value in _members(update):
        if name == b"update_id" and (number := _ID.fullmatch(value)):
            found = int(number[0])
    return found if is_update_id(found) else None


def _members(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the names and values of an object in JSON."""
    parts = _parts(text) if text.lstrip().startswith(b"{") else None
    return ((member[1], member[2]) for part in parts or () if (member := _MEMBER.fullmatch(part)))


def _parts(text: bytes) -> list[bytes] | None:
    """Cut an array or object in JSON at the commas between its parts; None when its brackets or quotes do not match.

    text: begins with the bracket that opens it.
    """
    text = text.strip()
    parts, begin, at = list[bytes](), 1, 0
    awaited = list[bytes]()
    while found := _NEXT_MARK.match(text, at):
        mark, at = found[1], found.end()
        if closing := _CLOSING.get(mark):
            awaited.append(closing)
        elif mark == b"," and len(awaited) == 1:
            parts.append(text[begin : at - 1])
            begin = at
        elif mark != b"," and (not awaited or awaited.pop() != mark):
            return None
        if not awaited:
            break
    if awaited or at != len(text):
        return None
    return [part for part in map(bytes.strip, (*parts, text[begin : at - 1])) if part]
