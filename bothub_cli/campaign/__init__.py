"""Many messages from one template, resumable: none twice, none lost."""
