"""Reading reorganisations: proposed, approved, carried out, taken back."""
