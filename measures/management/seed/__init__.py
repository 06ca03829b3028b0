"""Builds the fixtures from the published files and our decisions about them, checks them, and loads them."""
