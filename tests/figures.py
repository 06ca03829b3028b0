"""What a test measured: a line that is printed above pytest's closing line, however many processes ran the tests."""

from collections.abc import Callable

Figure = Callable[[str], None]
