"""The script that Streamlit runs for every view of the dashboard."""

from pages.frame import show

show()
