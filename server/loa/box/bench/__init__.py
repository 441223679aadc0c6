"""Benchmarks of the box."""
