"""Durations in words that are short enough for a chat."""

_UNITS = ((1e-3, 1e-6, "µs"), (1.0, 1e-3, "ms"), (60.0, 1.0, "s"))
_LONG = ((86_400, "d"), (3_600, "h"), (60, "min"))


def duration(seconds: float) -> str:
    """Say how long: 85 µs, 1.2 ms, 12 ms, 3.4 s, 5 min, 3 h 4 min, 2 d 4 h."""
    for end, size, unit in _UNITS:
        amount = seconds / size
        text = f"{amount:.1f}" if 0 < amount < 9.95 and unit != "µs" else f"{amount:.0f}"
        if float(text) * size < end:
            return f"{text} {unit}"
    return _long(round(seconds))


def _long(seconds: int) -> str:
    for number, (size, unit) in enumerate(_LONG):
        whole, rest = divmod(seconds, size)
        if whole:
            smaller, name = _LONG[number + 1] if number + 1 < len(_LONG) else (size, "")
            more = f" {rest // smaller} {name}" if name and rest // smaller else ""
            return f"{whole} {unit}{more}"
    return f"{seconds} s"
