"""django-mailbox with its defaults takes all mails of a mailbox into SQLite; prints seconds.

Called by ``whole_way`` in an environment of its own: ``uv run --no-project --with django-mailbox==4.10.1 --with
"Django<6"``. It deletes the mails from the server, so it comes last.
"""

from __future__ import annotations

import sys
import tempfile
import time


def main(port: int) -> float:
    """Gives the seconds that ``get_new_mail`` takes for the whole mailbox."""
    import django  # type: ignore[import-not-found]  # lives in the other environment
    from django.conf import settings  # type: ignore[import-not-found]  # the same

    folder = tempfile.mkdtemp()
    settings.configure(
        SECRET_KEY="-",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        MEDIA_ROOT=f"{folder}/media",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_mailbox"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/peer.sqlite3"}},
    )
    django.setup()
    from django.core.management import call_command  # type: ignore[import-not-found]  # the same
    from django_mailbox.models import Mailbox  # type: ignore[import-not-found]  # the same

    call_command("migrate", verbosity=0)
    box = Mailbox.objects.create(name="peer", uri=f"imap+tls://office:geheim@127.0.0.1:{port}")
    begin = time.perf_counter()
    count = sum(1 for _ in box.get_new_mail())
    seconds = time.perf_counter() - begin
    print(count, file=sys.stderr)
    return seconds


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
