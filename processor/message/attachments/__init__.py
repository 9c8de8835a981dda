"""Parts of a mail that are not its body, as text where they can be read."""

from processor.message.attachments.calendar import calendar_reply
from processor.message.attachments.read import read_attachments

__all__ = ["calendar_reply", "read_attachments"]
