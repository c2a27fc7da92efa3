"""What Alexa says and shows, a function for each moment."""
