"""How sure: options x replications, estimates, the answer."""
