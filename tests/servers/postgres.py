"""A throw-away PostgreSQL: own temporary folder, Unix socket only, so that no port can clash; one for a test run."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

_START_SECONDS = 30
_INITDB = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")


def _folder_of_programs() -> Path:
    """Where Debian keeps the server's programs, newest first; else wherever the PATH finds them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        raise FileNotFoundError("PostgreSQL is not installed; as root: apt-get install -y postgresql")
    return Path(elsewhere).parent


@contextlib.contextmanager
def running_postgres() -> Iterator[Path]:
    """Runs a server and yields the folder of its socket.

    The server refuses to run as root: there it becomes the user whom the Debian package has made.
    """
    programs = _folder_of_programs()
    root = os.geteuid() == 0
    user = pwd.getpwnam("postgres") if root else pwd.getpwuid(os.geteuid())
    # A socket's path may have 107 bytes: pytest's own folders are too deep for it.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    uid, gid, groups = (user.pw_uid, user.pw_gid, list[int]()) if root else (None, None, None)
    if root:
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        made = subprocess.run(
            [programs / "initdb", "-D", folder / "data", *_INITDB],
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment,
            check=False,
            user=uid,
            group=gid,
            extra_groups=groups,
        )
        if made.returncode:
            raise RuntimeError(made.stderr)
        # Dies with the test run, also when that is killed.
        leash = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
        settings = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*leash, str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
                + [word for setting in settings for word in ("-c", setting)],
                stdout=log,
                stderr=log,
                cwd=folder,
                env=environment,
                start_new_session=True,
                user=uid,
                group=gid,
                extra_groups=groups,
            )
        try:
            _wait_for(server, folder)
            yield folder
        finally:
            # SIGINT is the fast shutdown; SIGTERM would wait for every client.
            server.send_signal(signal.SIGINT)
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError((folder / "log").read_text()) from error
        time.sleep(0.02)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """The socket's folder of a server that lives as long as the test run (of one worker, under xdist)."""
    with running_postgres() as folder:
        yield folder


_numbers = itertools.count(1)


@pytest.fixture
def postgres_url(postgres_server: Path) -> Iterator[str]:
    """The URL of a fresh, empty database, dropped after the test."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(host=str(postgres_server), user="postgres", dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"postgresql+psycopg://postgres@/{name}?host={postgres_server}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
