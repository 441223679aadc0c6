"""Whether the packages that added voices need are installed; `./loa voice prepare` brings them."""

from importlib import metadata, util


def are_there() -> bool:
    """Tell whether a voice can be tried and read with."""
    return util.find_spec("piper") is not None and util.find_spec("onnxruntime") is not None


def version(package: str) -> str:
    """Return a package's version, empty where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
