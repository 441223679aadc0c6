"""`python -m loa_agent`: this release itself, whatever is chosen."""

from loa_agent.cli import main

raise SystemExit(main())
