"""Alexa in, Alexa out."""
