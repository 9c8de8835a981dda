"""Figures of the documentation, each with the command that prints it."""
