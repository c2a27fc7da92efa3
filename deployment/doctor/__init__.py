"""`python -m deployment.doctor`: says what is wrong before a customer meets it.

It looks at the settings, at what is in this repository for Amazon, Auth0 and AWS, and at the
tenant and the account themselves, as far as it may. Each thing that it looks at is a line:
fine, doubtful or wrong, with the reason, and with the remedy if there is something to do.

One module for each thing that can be ill. Each gathers what there is to know, once, and has
small checks that only look at what was gathered. Nothing is changed anywhere, and no secret,
token or answer of somebody else is ever quoted: only words that OAuth defines.
"""
