"""The audit bundle: everything that somebody may see, with the sealed log and what verifies it, in one ZIP."""
