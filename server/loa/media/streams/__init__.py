"""Sound that others send: fetched from allowed addresses only, decoded in the cage, handed on at the pace it sounds."""
