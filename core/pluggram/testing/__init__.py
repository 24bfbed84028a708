"""What the authors of plugins and of storage backends test with.

The contract needs pytest and hypothesis (`pip install "pluggram[testing]"`): they are loaded with it only.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pluggram.testing.backend_contract import BackendContract, DurableContract, FailingWritesContract

__all__ = ["BackendContract", "DurableContract", "FailingWritesContract"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("pluggram.testing.backend_contract"), name)
