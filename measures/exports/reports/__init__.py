"""The files of a published report; callers import from the modules, so that the child process loads none of them."""
