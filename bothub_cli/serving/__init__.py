"""uvicorn as both servers need it: sockets, limits, slow clients, the end."""
