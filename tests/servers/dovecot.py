"""A real Dovecot for tests: its own folder, its own free ports, and nothing of /etc/dovecot.

Needs the Debian package ``dovecot-imapd`` (Dovecot 2.3). Root starts it as the user ``dovecot``, as it opens no mail
for uid 0.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import grp
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from processor.settings.values import ImapSettings

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/run
log_path = {root}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = {uid}

ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 100

passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
{extra}
"""


#: Configuration with which single folders can be closed to changes, as shared mailboxes often are.
ACCESS_LISTS = "mail_plugins = acl\nplugin {\n  acl = vfile\n}\n"


class Dovecot:
    """One server with its mailboxes; ``start`` and ``kill`` as often as wanted.

    :param capabilities: what it says that it can do after the login; None for all that it really can.
    :param extra: more of its configuration.
    :param prefix: what names of own folders begin with, such as ``INBOX.``.
    """

    host = "127.0.0.1"
    user = "office"

    def __init__(
        self,
        *,
        password: str = "geheim",
        capabilities: str | None = None,
        mechanisms: str = "plain login",
        prefix: str = "",
        separator: str = "/",
        extra: str = "",
    ) -> None:
        self.password = password
        self.root = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.port, self.tls_port = _free_ports(2)
        self._account = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._process: subprocess.Popen[bytes] | None = None
        self._delivered = 0
        certificate, key = _certificate()
        self.certificate = self._copy(certificate)
        (self.root / "users").write_text(f"{self.user}:{{PLAIN}}{password}\n", encoding="utf-8")
        (self.root / "home").mkdir()
        (self.root / "dovecot.conf").write_text(
            _CONFIG.format(
                root=self.root,
                user=self._account.pw_name,
                group=grp.getgrgid(self._account.pw_gid).gr_name,
                uid=self._account.pw_uid,
                gid=self._account.pw_gid,
                certificate=self.certificate,
                key=self._copy(key),
                mechanisms=mechanisms,
                prefix=prefix,
                separator=separator,
                port=self.port,
                tls_port=self.tls_port,
                extra=extra + (f"protocol imap {{\n  imap_capability = {capabilities}\n}}" if capabilities else ""),
            ),
            encoding="utf-8",
        )
        self._hand_over(self.root)

    def settings(self, **changes: Any) -> ImapSettings:
        """Settings that reach this server over TLS; ``changes`` replace single ones."""
        values: dict[str, Any] = {
            "host": self.host,
            "port": self.tls_port,
            "tls": "ssl",
            "user": self.user,
            "password": self.password,
            "ca_file": self.certificate,
            "timeout_seconds": 20,
        }
        return ImapSettings(**(values | changes))

    # -- life --

    def start(self) -> Dovecot:
        """Starts the server; returns when it greets."""
        # Sockets of a server that was killed stay behind and would confuse the next one.
        shutil.rmtree(self.root / "run", ignore_errors=True)
        account: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        # Tests that are killed clean nothing up: the server has to end with them by itself.
        follow = ["setpriv", "--pdeathsig", "TERM"] if threading.current_thread() is threading.main_thread() else []
        self._process = subprocess.Popen(
            [*follow, "dovecot", "-F", "-c", str(self.root / "dovecot.conf")],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **account,
        )
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), 1) as sock:
                if sock.recv(100).startswith(b"* OK"):
                    return self
            time.sleep(0.01)
        raise RuntimeError(f"Dovecot did not start: {self.log}")

    def stop(self) -> None:
        """Ends the server in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the server and all its connections as a power cut does."""
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        """Ends the server and takes its folder away."""
        self.kill()
        shutil.rmtree(self.root, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        for which in (how, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, which)
            self._process.wait(10)
        self._process = None
        # The children hold the ports a moment longer than their parent lives.
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection((self.host, self.port), 1).close()
            except ConnectionRefusedError:
                return
            except OSError:
                pass
            time.sleep(0.01)
        raise RuntimeError("Dovecot did not end")

    @property
    def log(self) -> str:
        """What the server has written of itself."""
        path = self.root / "log"
        return path.read_text(errors="replace") if path.exists() else "(no log)"

    # -- what happens in the mailbox without us --

    def deliver(
        self, raw: bytes, arrived: datetime | None = None, folder: str = "INBOX", *, seen: bool = False
    ) -> None:
        """Delivers a mail as a mail server does; ``arrived`` becomes its INTERNALDATE."""
        box = self._maildir(folder)
        made = not box.exists()
        for part in ("cur", "new", "tmp"):
            (box / part).mkdir(parents=True, exist_ok=True)
        self._delivered += 1
        name = f"{1_700_000_000 + self._delivered}.M{self._delivered}P{os.getpid()}.test"
        draft = box / "tmp" / name
        draft.write_bytes(raw)
        if arrived is not None:
            os.utime(draft, (arrived.timestamp(), arrived.timestamp()))
        self._hand_over(box if made else draft)
        draft.rename(box / "cur" / f"{name}:2,S" if seen else box / "new" / name)

    def forbid_changes(self, folder: str = "INBOX") -> None:
        """Lets the user only look into a folder; takes the plugin ``acl`` (see ``ACCESS_LISTS``)."""
        rights = self._maildir(folder) / "dovecot-acl"
        rights.write_text("owner lr\n")
        self._hand_over(rights)

    def change_uidvalidity(self, folder: str = "INBOX") -> None:
        """Numbers the mails anew, as a restored backup does."""
        self.stop()
        box = self._maildir(folder)
        uids = box / "dovecot-uidlist"
        text = uids.read_text()
        uids.write_text(re.sub(r" V(\d+)", lambda found: f" V{int(found[1]) + 1}", text, count=1))
        for index in box.glob("dovecot.index*"):
            index.unlink()
        self._hand_over(uids)
        self.start()

    def restore_older_state(self, folder: str = "INBOX") -> None:
        """Puts an empty folder in place with the same UIDVALIDITY, so that UIDs are given out a second time."""
        self.stop()
        box = self._maildir(folder)
        uids = box / "dovecot-uidlist"
        header = re.sub(r" N\d+", " N1", uids.read_text().splitlines()[0])
        uids.write_text(header + "\n")
        for old in [*box.glob("dovecot.index*"), *box.glob("cur/*"), *box.glob("new/*")]:
            old.unlink()
        self._hand_over(uids)
        self.start()

    @contextlib.contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """A colleague's mail program, logged in."""
        client = IMAPClient(self.host, self.port, ssl=False, timeout=20)
        client.normalise_times = False
        client.plain_login(self.user, self.password)
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.logout()

    def count(self, folder: str = "INBOX") -> int:
        """How many mails lie in a folder."""
        with self.client() as client:
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])

    def flags(self, folder: str = "INBOX") -> dict[int, set[str]]:
        """The flags of every mail by UID, but for ``\\Recent``, which belongs to a session."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["FLAGS"])
            return {uid: {flag.decode() for flag in data[b"FLAGS"]} - {"\\Recent"} for uid, data in found.items()}

    def folders(self) -> set[str]:
        """The names of all folders."""
        with self.client() as client:
            return {name for _flags, _separator, name in client.list_folders()}

    def delete(self, *uids: int, folder: str = "INBOX") -> None:
        """Removes mails for good."""
        with self.client() as client:
            client.select_folder(folder)
            client.delete_messages(list(uids))
            client.expunge()

    def _maildir(self, folder: str) -> Path:
        base = self.root / "home" / self.user / "Maildir"
        return base if folder == "INBOX" else base / ("." + folder.replace("/", "."))

    def _copy(self, source: Path) -> Path:
        return Path(shutil.copy(source, self.root / source.name))

    def _hand_over(self, *trees: Path) -> None:
        if os.geteuid() != 0:
            return
        for tree in trees:
            for path in [tree, *tree.rglob("*")]:
                os.chown(path, self._account.pw_uid, self._account.pw_gid)
        for parent in (self.root / "home" / self.user, self.root / "home" / self.user / "Maildir"):
            if parent.exists():
                os.chown(parent, self._account.pw_uid, self._account.pw_gid)


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago; held together, so that none comes twice."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [int(sock.getsockname()[1]) for sock in sockets]


@functools.cache
def _certificate() -> tuple[Path, Path]:
    """A self-signed certificate for localhost and its key; made once for all servers of a run."""
    folder = Path(tempfile.mkdtemp(prefix="certificate-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@contextlib.contextmanager
def running_dovecot(**options: Any) -> Iterator[Dovecot]:
    """A fresh server with options; ends with the block."""
    if shutil.which("dovecot") is None:
        pytest.fail("Dovecot is not installed: apt-get install -y --no-install-recommends dovecot-imapd")
    server = Dovecot(**options)
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A fresh server with the empty mailbox of the user ``office``."""
    with running_dovecot() as server:
        yield server
