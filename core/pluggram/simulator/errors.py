"""What goes wrong in the simulator: the answers Telegram gives a bot, and what a person may not do."""

from dataclasses import dataclass, field

JsonObject = dict[str, object]
"""A JSON object as the Bot API sends it: plain dictionaries, lists, strings, numbers and booleans."""


class SimulatorError(Exception):
    """A person did in the simulator what Telegram would not have let them do."""


@dataclass(frozen=True)
class Answer:
    """What a Bot API method answers: the HTTP status and the JSON body."""

    status: int
    body: JsonObject


@dataclass(frozen=True)
class Noted:
    """A result with the remark that Telegram puts beside it, as setWebhook has one."""

    result: object
    description: str


@dataclass(eq=False)
class ApiError(Exception):
    """A refusal in Telegram's words; `parameters` is the Bot API's ResponseParameters."""

    code: int
    description: str
    parameters: JsonObject = field(default_factory=dict)

    def answer(self) -> Answer:
        """Return the refusal as the Bot API sends it."""
        body: JsonObject = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return Answer(self.code, body)


def bad_request(message: str) -> ApiError:
    """Return a 400; the message goes on in lower case, unless it is a constant like BUTTON_DATA_INVALID."""
    if not (message[1:2] == "_" or "A" <= message[1:2] <= "Z"):
        message = message[:1].lower() + message[1:]
    return ApiError(400, f"Bad Request: {message}")


def forbidden(message: str) -> ApiError:
    """Return a 403: the chat exists, but the bot may not do this in it."""
    return ApiError(403, f"Forbidden: {message}")


def too_many_requests(seconds: int) -> ApiError:
    """Return a 429: the bot may call again after so many seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
