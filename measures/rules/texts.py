"""What text, numbers and addresses must look like, whichever way they come in."""

import re
from urllib.parse import urlsplit

# At most 18 digits before the point and 10 after, no exponent.
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,10})?")
# Controls but tab and line breaks, lone surrogates, and the marks that turn the direction of text around.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The longest that a report says of each, in characters.
LONGEST = {
    "narrative": 20_000,
    "reason": 2_000,
    "cause": 2_000,
    "corrective_step": 2_000,
    "owner": 200,
    "note": 2_000,
    "derivation": 2_000,
    "source_title": 1_000,
    "source_publisher": 200,
    "source_url": 2_000,
}


def is_web_address(text: str) -> bool:
    """Whether it is an http or https address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
