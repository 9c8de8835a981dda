"""The page of the office: what waits for a decision, the list, and what leaves the house on paper."""

from processor.staff.application import create_app

__all__ = ["create_app"]
