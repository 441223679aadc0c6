"""What stands in the cells of tables that people open as spreadsheets."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """Return a cell's text with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_A_FORMULA) else text


def plain_cell(text: str) -> str:
    """Return what a safe cell says."""
    return text[1:] if text.startswith("'") and safe_cell(text[1:]) == text else text
