"""What the fuzzer's tests meet: rows of every kind, and no limits."""

from typing import Any

import pytest

from tests.openapi import fuzzing


@pytest.fixture
def there(loaded: None, settings: Any) -> None:
    settings.LIMITS = dict.fromkeys(settings.LIMITS, (10**6, 60))
    fuzzing.prepared()
