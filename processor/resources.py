"""Where the files beside the code are: templates, migrations, the sample config.

In a checkout they lie at its top level; in an installed wheel they lie inside the package.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PACKED = _PACKAGE / "_data"


def _folder(name: str) -> Path:
    packed = _PACKED / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def templates_folder() -> Path:
    """The folder with ``mail/`` and ``staff/``."""
    return _folder("templates")


def migrations_folder() -> Path:
    """The Alembic folder (``env.py`` and ``versions/``)."""
    return _folder("db")


def config_folder() -> Path:
    """The folder of the shipped configurations."""
    return _folder("config")


def sample_config() -> Path:
    """The configuration that is used where none is named: the workshop of the invitation."""
    return config_folder() / "workshop.toml"
