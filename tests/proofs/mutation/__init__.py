"""Is each line of the code that decides held by a test? `python -m tests.proofs.mutation`.

Cosmic Ray changes one spot of a module at a time, such as `<` to `<=`, and the tests that
reach that spot must notice. It would write each change into the checkout, start Python anew
for it, and count what cannot be parsed as noticed. So its operators make the changes, and
`trials` tries them: in a process that is forked from one that has the libraries loaded, with
the module changed in memory only.
"""
