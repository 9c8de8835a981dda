"""How much of what the machine did alone is checked blindly is a setting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.clock import FixedClock
from processor.database import Database
from processor.errors import ConfigError
from processor.resources import sample_config
from processor.settings import Settings, StaffSettings
from processor.settings.load import load
from processor.staff import create_app, examples
from processor.staff.mailindex import MailIndex
from tests.staff.clerk import Clerk
from tests.staff.sample import NOW, add_mail

TEXT = sample_config().read_text(encoding="utf-8")


def written(folder: Path, share: str) -> Path:
    """The shipped config with a share, beside what it names."""
    for file in sample_config().parent.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    path = folder / "office.toml"
    assert "[staff]" in TEXT
    path.write_text(TEXT.replace("[staff]", f"[staff]\ncheck_share = {share}"), encoding="utf-8")
    return path


def test_one_in_twenty_is_checked_unless_the_office_says_otherwise(tmp_path: Path) -> None:
    assert StaffSettings().check_share == 0.05
    staff = load(written(tmp_path, "0.2"), {}).staff
    assert staff is not None
    assert staff.check_share == 0.2


@pytest.mark.parametrize("share", ["1.5", "-0.1", '"viel"'])
def test_a_share_that_is_none_is_named_with_its_place(tmp_path: Path, share: str) -> None:
    with pytest.raises(ConfigError, match="check_share"):
        load(written(tmp_path, share), {})


@pytest.mark.parametrize(("share", "shown"), [(0.0, False), (1.0, True)])
def test_none_or_all_of_it_is_shown(
    database: Database, settings: Settings, clock: FixedClock, share: float, *, shown: bool
) -> None:
    office = replace(settings, staff=StaffSettings(check_share=share))
    with TestClient(create_app(database, office, clock), follow_redirects=False) as client:
        clerk = Clerk(client).log_in("sabine").open("/stichprobe")
    assert ("Vergleichen" in clerk.text) is shown
    assert ("Im Augenblick ist nichts zu prüfen" in clerk.text) is not shown


def test_a_share_is_drawn_by_chance_and_the_same_at_every_look(database: Database) -> None:
    with database.transaction() as session:
        for number in range(400):
            at = NOW - timedelta(minutes=number)
            add_mail(session, name=f"N {number}", email=f"n{number}@x.example", subject="Anmeldung", text="…", at=at)
    with database.reading() as session:
        first, again = (MailIndex().entries(session) for _ in range(2))
        assert [mail.lot for mail in first] == [mail.lot for mail in again]
        drawn = [mail.id for mail in first if mail.lot < 0.2]
        assert 40 < len(drawn) < 130
        assert {mail.id for mail in first if mail.lot < 0.1} < set(drawn)
        found = examples.next_to_check(session, first, 0.2)
        assert found is not None
        assert found.id in drawn
