"""What each command answers, one file a subject."""
