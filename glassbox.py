"""Glassbox. The code is in `app`, `pages` and `engine`; Streamlit finds our components beside this module."""
