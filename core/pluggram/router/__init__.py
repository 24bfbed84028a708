"""From a request to the one handler that answers it, and its answer."""

from pluggram.router.answer import Answering, Result
from pluggram.router.circuit import Circuits, Paused
from pluggram.router.clashes import clashes
from pluggram.router.route import Route, RouteError
from pluggram.router.router import Match, Router

__all__ = ["Answering", "Circuits", "Match", "Paused", "Result", "Route", "RouteError", "Router", "clashes"]
