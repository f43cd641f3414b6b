"""The language of templates: what stands between the braces, and the filters that it knows."""
