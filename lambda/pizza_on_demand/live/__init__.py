"""What tells open pages, within a moment, that an order of their customer has changed."""
