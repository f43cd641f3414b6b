"""People as files list them: who they are, and what stands beside each."""
