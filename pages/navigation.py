"""The script that Streamlit runs for every view of the dashboard.

The guard is needed: the renderer's processes import the main module of the process that starts them.
"""

if __name__ == "__main__":
    from pages.frame import show

    show()
