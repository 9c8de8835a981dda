"""Personal data has an end: what is held of an address, erasing it, and erasing what is past its retention."""

from processor.privacy.disclosure import disclose
from processor.privacy.erasure import Erased, forget, purge

__all__ = ["Erased", "disclose", "forget", "purge"]
