"""Pizza on Demand: an Alexa skill that knows who is speaking."""
