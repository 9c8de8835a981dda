"""The command ``anmeldepost``: parses words, calls the rooms, and says every failure in one sentence."""

from processor.cli.main import main

__all__ = ["main"]
