"""A fleet of simulated devices in one process, each with the core of a real one."""
