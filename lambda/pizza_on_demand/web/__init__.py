"""The web door's side of the house: pages for people who open a link in a letter."""
