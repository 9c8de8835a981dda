"""Whether a person wrote a mail, and if not, which kind of robot (RFC 3464, RFC 3834, RFC 2919)."""

from processor.message.robots.classify import classify
from processor.message.robots.verdict import Verdict

__all__ = ["Verdict", "classify"]
