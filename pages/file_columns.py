"""What a CSV file that a user brings along has to hold."""

from collections.abc import Sequence

import streamlit as st

from pages.plain_text import plain
from services.importing.columns import Column


def show_columns(columns: Sequence[Column], *, expanded: bool = False) -> None:
    """The columns of the file, to be unfolded."""
    with st.expander("Columns of the file", icon=":material/table:", expanded=expanded):
        st.table(
            [
                {
                    "Column": plain(column.name),
                    "Needed": "Yes" if column.required else "",
                    "What it holds": plain(column.meaning),
                    "Example": plain(column.example),
                }
                for column in columns
            ],
            hide_index=True,
        )
