"""How well the reading does, measured against labelled mails."""
