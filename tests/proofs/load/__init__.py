"""Many customers at once, and processes that die under them: the books agree to the unit.

    python -m tests.proofs.load [--conversations 3000] [--processes 3] [--seed 7]
    python -m tests.proofs.load --memory [--turns 14000]

What runs is the built artifact, under the runtime client of Lambda, in several processes in
front of one table. Every customer links an account, orders, mistypes, changes their mind and
says the code; meanwhile services fail, and processes are killed between any two of their
calls. Customers go on as people do. In the end everything is counted.
"""
