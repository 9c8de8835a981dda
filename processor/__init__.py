"""Anmeldepost reads the registrations for an event out of a mailbox, answers them, and keeps the list."""
