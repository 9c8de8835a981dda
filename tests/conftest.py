"""Fixtures that all tests share."""

pytest_plugins = ["tests.servers.dovecot", "tests.servers.smtp", "tests.servers.postgres"]
