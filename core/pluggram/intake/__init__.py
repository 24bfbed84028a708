"""How updates arrive: polled, and handed on in order per chat."""

from pluggram.intake.lanes import Lanes, lane_key
from pluggram.intake.polling import Polling

__all__ = ["Lanes", "Polling", "lane_key"]
