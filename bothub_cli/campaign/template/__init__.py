"""The language of templates: what stands between the braces, and the filters that it knows."""

WHEN = "$when"  # the member of an object that says when it is there; here, since reports know it without a parser
