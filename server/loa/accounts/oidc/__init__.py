"""Signing in by the word of a provider of identities, after OpenID Connect Core 1.0."""
