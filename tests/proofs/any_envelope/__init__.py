"""Whatever comes in at the voice door, Alexa gets a valid reply, and nobody's order is confirmed
without its code.

    python -m tests.proofs.any_envelope --examples 100000 --seed 7

Envelopes are made with nothing but a `random.Random`: the long run gives it a seed, and the
short run in the tests lets Hypothesis play its part, so that it can shrink what it finds.
"""
