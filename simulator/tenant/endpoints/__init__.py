"""What a tenant answers to, under Auth0's own paths."""
