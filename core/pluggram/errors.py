"""Errors that a person can act on, with the exit code of the process that meets them."""


class PluggramError(Exception):
    """An error that its reader can mend: printed as one message, without a traceback.

    `exit_code` follows sysexits.h: 1 crash, 2 usage, 69 unreachable, 75 another copy runs, 78 configuration.
    """

    exit_code = 1
