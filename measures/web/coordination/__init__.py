"""What the coordinator and the administrator do in the browser: the pages, and the acts that they lead to."""
