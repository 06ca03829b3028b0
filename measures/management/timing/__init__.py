"""Measures the service against the limit of the same machine: what a bare application does with the same statements."""
