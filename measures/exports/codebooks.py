"""The codebook of a file: what it is of, what each column holds, and what the codes in it mean; itself a table."""

from collections.abc import Iterator
from typing import Any

from measures.exports.about import About
from measures.exports.tables import Column, Table, Type

COLUMNS = (
    Column(
        "entry", Type.CODE, "区分", "Entry", description="about は項目、column は列、code はコード。", required=True
    ),
    Column("name", Type.TEXT, "項目・列の名前", "Name", required=True),
    Column("value", Type.TEXT, "内容・コード", "Value"),
    Column("type", Type.CODE, "型", "Type"),
    Column("unit", Type.TEXT, "単位", "Unit"),
    Column("title", Type.TEXT, "意味", "Meaning"),
    Column("title_en", Type.TEXT, "意味（英語）", "Meaning in English"),
    Column("description", Type.TEXT, "説明", "Description"),
)
ITEMS = {
    "as_of": ("この時点のデータ", "As of"),
    "revision": ("版（公開された変更の数）", "Revision: how many public changes there were"),
    "checkpoint": ("記録の署名済み要約（C2SP checkpoint）", "The log's signed checkpoint"),
    "query": ("絞り込み条件", "Filters"),
}
TYPES = {
    Type.TEXT: "文字列。CSVでは = + - @ タブ 復帰 で始まる値の前に ' を付ける。",
    Type.CODE: "コード。",
    Type.INTEGER: "整数。空欄は値なしで、0ではない。",
    Type.DECIMAL: "十進数。空欄は値なしで、0ではない。JSONでは文字列、XLSXでは15桁を超えるものは文字列。",
    Type.BOOLEAN: "真偽（true、false）。",
    Type.DATE: "日付（YYYY-MM-DD）。",
    Type.INSTANT: "日時（日本標準時、+09:00）。",
}


def codebook(table: Table, about: About) -> Table:
    """The codebook of `table`: first what the file is of, then the columns, each with its codes."""
    rows = [*_items(table, about), *(row for column in table.columns for row in _column(column))]
    title, title_en = f"{table.title}コードブック", f"Codebook of {table.title_en}"
    return Table(f"{table.name}.codebook", title, title_en, COLUMNS, rows)


def described(column: Column) -> dict[str, Any]:
    """A column as JSON says it."""
    said = {"name": column.name, "type": column.type, "title": column.title, "title_en": column.title_en}
    said |= {name: getattr(column, name) for name in ("unit", "description") if getattr(column, name)}
    codes = [{"code": code, "title": label} for code, label in column.codes.choices] if column.codes else []
    return {**said, **({"codes": codes} if codes else {})}


def _items(table: Table, about: About) -> Iterator[tuple[Any, ...]]:
    yield "about", "table", table.name, None, None, table.title, table.title_en, None
    for name, value in about.said().items():
        yield "about", name, value, None, None, *ITEMS[name], None


def _column(column: Column) -> Iterator[tuple[Any, ...]]:
    said = " ".join(filter(None, (column.description, TYPES[column.type])))
    yield "column", column.name, None, column.type.value, column.unit, column.title, column.title_en, said
    for code, label in column.codes.choices if column.codes else ():
        yield "code", column.name, code, None, None, label, code.replace("_", " ").capitalize(), None
