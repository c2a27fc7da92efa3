"""What Alexa can ask, a handler for each; composition/voice.py lists them in their order."""
