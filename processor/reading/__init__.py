"""From raw bytes to what a mail means: message and extraction in one step, in this process or in a guarded one."""

from processor.reading.read import Reading, ReadingRules, as_json, read_mail
from processor.reading.worker import GuardedReader, ReaderUnavailableError, ReadingFailedError

__all__ = [
    "GuardedReader",
    "ReaderUnavailableError",
    "Reading",
    "ReadingFailedError",
    "ReadingRules",
    "as_json",
    "read_mail",
]
