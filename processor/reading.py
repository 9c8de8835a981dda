"""From raw bytes to what a mail means: message and extraction in one step."""
