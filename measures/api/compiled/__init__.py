"""Serializers made into SQL: they stay the one description of a resource, and the database writes its JSON."""
