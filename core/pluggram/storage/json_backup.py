"""What lies beside a JSON file: its last good version, and what was set aside for a person to look at."""

from pathlib import Path

from pluggram.storage.atomic_file import EditedMeanwhile, aside_name, copy_file, replace_file, stamp_of


def backup_of(path: Path) -> Path:
    """Return where the last good version of the file is kept."""
    return path.with_name(path.name + ".bak")


def copy_aside(path: Path) -> Path:
    """Copy a file that does not parse to a name that says so, and return that.

    A copy that an earlier start has made is returned as it is: a bot that starts over and over must not fill the disk.
    """
    content = path.read_bytes()
    for earlier in path.parent.glob(f"{path.name}.corrupt-*"):
        if earlier.read_bytes() == content:
            return earlier
    aside = aside_name(path, "corrupt")
    copy_file(path, aside)
    return aside


def keep_backup(path: Path, content: bytes) -> str:
    """Make the backup of the file hold `content`; return what prevented it, or nothing."""
    backup = backup_of(path)
    try:
        stamp = stamp_of(backup)
        if stamp is None or stamp[1] != len(content) or backup.read_bytes() != content:
            replace_file(backup, content, stamp)
    except (OSError, EditedMeanwhile) as error:
        return f"{backup} cannot be written ({error}): the last good version of {path} has no backup"
    return ""


def retire_backup(path: Path) -> str:
    """Keep the backup of a file that was taken away from being overwritten, and say so."""
    backup = backup_of(path)
    try:
        aside = aside_name(path, "removed")
        backup.replace(aside)
    except OSError as error:
        return f"{path} was taken away, and its values with it; it has no backup ({error})"
    return f"{path} was taken away, and its values with it; they are in {aside.name}: rename that to have them back"
