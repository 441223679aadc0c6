"""Room: orgs."""
