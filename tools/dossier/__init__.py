"""The pack for the security-level dossier, made from data beside the code: nothing of it is typed."""
