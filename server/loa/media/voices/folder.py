"""The folder in which the operator lays voice files: for those too large to send through a browser."""

from pathlib import Path

from django.conf import settings

from loa.media import refusals


def names() -> list[str]:
    """Return the voice files that lie there with their description; none without a folder."""
    if not settings.LOA_VOICE_FOLDER:
        return []
    found = Path(settings.LOA_VOICE_FOLDER).glob("*.onnx")
    return sorted(file.name for file in found if file.is_file() and described(file).is_file())


def files(name: str) -> tuple[Path, Path]:
    """Return a voice file of the folder and its description. Raises `BadVoice` for any other name."""
    if name not in names():
        raise refusals.BadVoice
    model = Path(settings.LOA_VOICE_FOLDER) / name
    return model, described(model)


def described(model: Path) -> Path:
    """Return where a voice's description lies: beside it, its name with `.json` behind."""
    return model.with_name(f"{model.name}.json")
