"""The only place where things are put together: a module for each door, and what they share."""
