"""The rules for namespaces and keys, the same on every backend."""

import re

MAX_NAMESPACE = 64
"""The longest namespace, in characters."""

MAX_KEY_BYTES = 1024
"""The longest key, in bytes of UTF-8: what common engines can index."""

_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_LAST = chr(0x10FFFF)


def is_namespace(name: str) -> bool:
    """Say whether `name` may name a namespace: it is then a safe file name on every system, too."""
    return len(name) <= MAX_NAMESPACE and _NAMESPACE.fullmatch(name) is not None


def check_namespace(name: str) -> str:
    """Return `name`, or raise ValueError if it cannot name a namespace."""
    if not is_namespace(name):
        raise ValueError(
            f"{name!r} cannot name a storage namespace: use a-z, 0-9, '_', '.' and '-', "
            f"beginning with a letter or digit, at most {MAX_NAMESPACE} characters"
        )
    return name


def check_key(key: str) -> str:
    """Return `key`, which may be any Unicode text up to MAX_KEY_BYTES, the empty one too.

    Raises TypeError if it is no str, ValueError if it is too long or holds a lone surrogate.
    """
    if not isinstance(key, str):
        raise TypeError(f"a storage key is a str, not {key!r}")
    try:
        size = len(key.encode())
    except UnicodeEncodeError as error:
        raise ValueError(f"the storage key {key!r} holds a lone surrogate, which is not Unicode text") from error
    if size > MAX_KEY_BYTES:
        raise ValueError(f"a storage key has at most {MAX_KEY_BYTES} bytes of UTF-8; this one has {size}: {key:.40}...")
    return key


def prefix_end(prefix: str) -> str | None:
    """Return the first text, by code point, after all that begin with `prefix`; None if there is none."""
    stem = prefix.rstrip(_LAST)
    if not stem:
        return None
    successor = ord(stem[-1]) + 1
    return stem[:-1] + chr(0xE000 if successor == 0xD800 else successor)
