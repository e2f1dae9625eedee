"""Text of people and other systems within Streamlit's own elements, which read Markdown."""


def plain(text: str) -> str:
    """The text, so that Streamlit finds no Markdown in it."""
    return "".join(f"\\{each}" if each in r"\`*_{}[]<>()#+-.!|~$:" else each for each in text)
