"""Progress updates and the verbs of their workflow: inputs, outputs, views."""
