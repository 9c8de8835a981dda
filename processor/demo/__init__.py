"""A whole campaign in fast-forward, on embedded servers, through the jobs that the daemon runs."""

from processor.demo.command import run

__all__ = ["run"]
