"""The null app, served as the app itself is: same lifespan, same middleware, same settings of the server."""

import sys
from pathlib import Path

import streamlit as st
import uvicorn

from app.serve import MIDDLEWARE, lifespan

app = st.App(Path(__file__).with_name("null_app.py"), lifespan=lifespan, middleware=MIDDLEWARE)

if __name__ == "__main__":
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", ws_per_message_deflate=False
    )
