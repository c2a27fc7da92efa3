"""Commands for whoever deploys the skill; the README's deploying part has them in order."""
