"""What Alexa can ask, a handler for each. composition.py lists them in the order of asking."""
