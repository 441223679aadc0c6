"""Room: schedules."""
