"""A reader that learned from labelled mails: a second opinion on what a mail says, and how far to trust the two."""
