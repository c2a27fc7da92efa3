"""Every outside call of every conversation, each disturbed in every way that we know.

python -m tests.proofs.any_fault
"""
