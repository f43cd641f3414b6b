"""Who can get RCS messages: asked one by one, or many at night, and remembered."""
