"""The sweep: what was promised and could not be done at once is done by a schedule."""
