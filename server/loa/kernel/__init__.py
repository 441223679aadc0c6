"""What every room stands on: scope, commands, events, clock, errors, text."""
