"""The plugins that installed packages provide: their entry points, read without importing what they name."""

from importlib.metadata import EntryPoint, PackageNotFoundError, distribution, entry_points

GROUP = "pluggram.plugins"
"""The entry-point group of all plugins, built-in or not."""


def installed() -> dict[str, list[EntryPoint]]:
    """Every plugin that installed packages provide, by name; a name that several provide has several."""
    found: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        found.setdefault(entry.name, []).append(entry)
    return found


def built_in() -> dict[str, EntryPoint]:
    """The plugins that pluggram itself brings, by name, whoever else uses the name."""
    try:
        ours = distribution("pluggram").entry_points.select(group=GROUP)
    except PackageNotFoundError:  # a source tree on the path that nobody installed
        return {}
    return {entry.name: entry for entry in ours}
