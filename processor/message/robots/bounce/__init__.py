"""Reports that a mail was not delivered, or not yet (RFC 3464, and the forms of servers that know nothing of it)."""

from processor.message.robots.bounce.read import read_bounce

__all__ = ["read_bounce"]
