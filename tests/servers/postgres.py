"""Fixture of a real server for tests."""
