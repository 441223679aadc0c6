"""What stands behind each address: one entry per URL name, a file a room. An address without one fails the walk.

`role` is somebody at the commune who may open the address; the same role at the neighboring commune must not find it.
`lacking` is a role at the commune that sees the thing and lacks the right; None where whoever sees it may open it.
`smuggled` are parameters that name something of the neighboring commune; what is refused there changes nothing.
"""

import importlib
import pkgutil

_FILES = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
ENTRIES = {name: entry for file in _FILES for name, entry in getattr(file, "ENTRIES", {}).items()}
