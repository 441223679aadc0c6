"""Where sound goes: a sound card, files, or nowhere."""
