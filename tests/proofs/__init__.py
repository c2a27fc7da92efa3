"""What is proved of the skill, each with a command that prints its figures: docs/proofs.md."""
