"""Whether a server keeps what it has confirmed, which no test by kill -9 can show: the settings have to be asked."""

import psycopg

SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")


def lapses(connection: psycopg.Connection) -> list[str]:
    """The settings of this session that let a confirmed write be lost in a crash, such as "fsync=off"."""
    rows = connection.execute(
        "SELECT name || '=' || setting FROM pg_settings WHERE name = ANY (%s) AND setting = 'off' ORDER BY name",
        [list(SETTINGS)],
    )
    return [str(setting) for (setting,) in rows]
