"""The browser side of our components, read from the files that lie beside them.

A component is registered with its whole script and style sheet as text. Each is written in several small
files; they are joined here in the order given and share one module scope in the browser: no build step.
"""

from pathlib import Path

_FOLDER = Path(__file__).parent


def joined(*names: str) -> str:
    """The named files (paths from pages/components/) one after the other.

    Raises FileNotFoundError when a name is wrong, so that a typing error shows when the page is loaded.
    """
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)
