"""The parameters of a call, read as Telegram reads them: strings, with JSON in some, and files."""

import json
import re
from collections.abc import Mapping

from pluggram.simulator.errors import ApiError, JsonObject, bad_request
from pluggram.simulator.strict_json import read_json
from pluggram.simulator.upload import Upload, as_upload

MAX_UPLOAD = 50 * 2**20
"""Bytes of all files of a call (Bot API, Sending files)."""


class Params:
    """What came with a call, from whichever door: JSON values become the text they would be in a form.

    `files` are the files by the name of their parameter.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        uploads = ((name, as_upload(value)) for name, value in values.items())
        self.files: dict[str, Upload] = {name: upload for name, upload in uploads if upload is not None}
        if sum(len(file.content) for file in self.files.values()) > MAX_UPLOAD:
            raise ApiError(413, "Request Entity Too Large")
        texts = {name: value for name, value in values.items() if name not in self.files and value is not None}
        self._values = {name: _string(value) for name, value in texts.items()}
        for value in self._values.values():
            if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
                raise bad_request("strings must be encoded in UTF-8")

    def __contains__(self, name: str) -> bool:
        return bool(self._values.get(name))

    def given(self, name: str) -> bool:
        """Tell whether a parameter came, if only empty."""
        return name in self._values

    def text(self, name: str) -> str:
        """Return a parameter as it came; a missing one is empty."""
        return self._values.get(name, "")

    def integer(self, name: str, default: int = 0, low: int = -(2**63), high: int = 2**63 - 1) -> int:
        """Return the number a parameter begins with, within bounds; what is no number is 0, as at Telegram."""
        text = self.text(name)
        return min(max(whole(text) if text else default, low), high)

    def boolean(self, name: str) -> bool:
        """Tell whether a parameter is one of true, yes, 1."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str, what: str, why: str = "") -> object:
        """Return a parameter's JSON value, None when it is missing.

        Raises ApiError: can't parse `what` JSON object; where Telegram says `why`, that stands behind.
        """
        if name not in self:
            return None
        try:
            return read_json(self.text(name))
        except ValueError:
            raise bad_request(f"can't parse {what}" + (f": {why}" if why else " JSON object")) from None


def whole(text: str) -> int:
    """Return the number that a text begins with; 0 when it begins with none, as at Telegram."""
    match = re.match(r"-?[0-9]{1,18}", text)
    return int(match[0]) if match else 0


def _string(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def as_object(value: object, refusal: str) -> JsonObject:
    """Return the value if it is a JSON object. Raises ApiError with the refusal."""
    if not isinstance(value, dict):
        raise bad_request(refusal)
    return value


def as_array(value: object, refusal: str) -> list[object]:
    """Return the value if it is a JSON array. Raises ApiError with the refusal."""
    if not isinstance(value, list):
        raise bad_request(refusal)
    return value


class Fields:
    """The fields of an object inside a parameter; `prefix` opens every refusal: "can't parse ...: "."""

    def __init__(self, value: JsonObject, prefix: str = "") -> None:
        self.value = value
        self._prefix = prefix

    def refuse(self, message: str) -> Exception:
        """Return the refusal of this object."""
        return bad_request(self._prefix + message)

    def string(self, name: str, *, required: bool = False) -> str:
        """Return a string, or a number written as one; a missing one is empty."""
        if not self._has(name, required):
            return ""
        value = self.value[name]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.refuse(f'Field "{name}" must be of type String')
        return str(value)

    def integer(self, name: str, *, required: bool = False) -> int:
        """Return a whole number, or a string of one; a missing one is 0."""
        if not self._has(name, required):
            return 0
        value = self.value[name]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.refuse(f'Field "{name}" must be a Number')
        if not re.fullmatch(r"-?[0-9]{1,18}", str(value)):
            raise self.refuse(f'Field "{name}" must be a valid Number')
        return int(value)

    def boolean(self, name: str) -> bool:
        """Return a boolean; a missing one is false."""
        value = self.value.get(name, False)
        if not isinstance(value, bool):
            raise self.refuse(f'Field "{name}" must be of type Boolean')
        return value

    def _has(self, name: str, required: bool) -> bool:
        if required and name not in self.value:
            raise self.refuse(f'Can\'t find field "{name}"')
        return name in self.value
