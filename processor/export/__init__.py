"""The list for other programs and for paper."""
