"""`python -m tools.dossier FOLDER`: writes the pack; also behind `./loa dossier`."""

import sys
from pathlib import Path

from tools.dossier import pack

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.dossier FOLDER")
    try:
        for name in pack.write(Path(sys.argv[1])):
            print(name)
    except pack.Untrue as untrue:
        sys.exit(str(untrue))
