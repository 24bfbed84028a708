"""The methods of the Bot API that bots call while they are measured."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson

from tests.benchmarks.api.crowd import Crowd
from tests.benchmarks.api.forms import parameters
from tests.benchmarks.api.http import Respond
from tests.benchmarks.api.queue import Queue
from tests.benchmarks.work import USERNAME

ME = {"id": 42, "is_bot": True, "first_name": "Our bot", "username": USERNAME}
SENT = (
    b'{"ok":true,"result":{"message_id":%d,"from":' + orjson.dumps(ME) + b',"chat":{"id":%d,"first_name":"Ann",'
    b'"last_name":"Lee","username":"ann%d","type":"private"},"date":%d,"text":%b}}'
)
RESULTS = {
    "getme": ME | {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True},
    "getwebhookinfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getmycommands": [],
    "getchatadministrators": [],
    "getmyname": {"name": "Our bot"},
    "getmydescription": {"description": ""},
    "getmyshortdescription": {"short_description": ""},
}


class Methods:
    """Answers calls, each after `latency` seconds. called: how often each was made."""

    def __init__(self, crowd: Crowd, queue: Queue) -> None:
        self._crowd, self._queue = crowd, queue
        self._sent = 0
        self.latency = 0.0
        self.called: Counter[str] = Counter()
        self.started = asyncio.Event()
        """Set by the first getUpdates or setWebhook."""
        self.webhook = ""
        """The URL that setWebhook was given."""

    def handle(self, url: bytes, body: bytes, respond: Respond) -> None:
        """Take a request."""
        path, _, query = url.partition(b"?")
        method = path.rpartition(b"/")[2].decode().lower()
        self.called[method] += 1
        self.call(method, parameters(query, body), self._late(respond) if self.latency else respond)

    def call(self, method: str, given: dict[str, Any], respond: Respond) -> None:
        """Make a call, wherever it comes from."""
        if method == "sendmessage":
            respond(self._send(int(given["chat_id"]), given["text"]))
        elif method == "getupdates":
            self.started.set()
            self._queue.poll(given, respond)
        else:
            if method == "setwebhook":
                self.webhook = given["url"]
                self.started.set()
            respond(orjson.dumps({"ok": True, "result": RESULTS.get(method, True)}))

    def _send(self, chat: int, text: str) -> bytes:
        self._crowd.hear(chat, text, time.perf_counter())
        self._sent += 1
        return SENT % (self._sent, chat, chat, int(time.time()), orjson.dumps(text))

    def _late(self, respond: Respond) -> Callable[[bytes], None]:
        later = asyncio.get_running_loop().call_later
        return lambda body: (later(self.latency, respond, body), None)[1]
