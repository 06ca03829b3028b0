"""What the bundle says of itself to whoever unpacks it, in Japanese and English."""

from measures.exports.about import About
from measures.exports.tables import Table

TEXT = """\
施策トラッカー 監査バンドル / Measure Tracker audit bundle
{as_of} 時点 / as of {as_of}

このファイル一式は、上の時点で公開されていた（またはダウンロードした人に見えた）すべての表、原文、公表した報告書、
署名付きの変更記録と、それを検証するプログラムを含みます。検証に必要なのは Python 3.11 以降だけで、
インストールもネットワークもデータベースも要りません。

    python3 -I verify_bundle.py bundle.zip

配布元を信頼しない場合は、検証プログラムを別の経路（公開されているソースコード）から入手し、
以前に保存したチェックポイントと公開鍵を --checkpoint と --key で渡してください。

Everything that anybody could see at that moment (or that whoever downloaded it may see): all tables, the source
documents, the published reports, the sealed log, and the programs that verify them, which need nothing but Python 3.11.

    python3 -I verify_bundle.py bundle.zip                     # says `verified`, or which file or event is wrong
    python3 -I verify_bundle.py bundle.zip --checkpoint KEPT   # also finds a log that was rewritten as a whole
    python3 -I verify_bundle.py bundle.zip --list approve      # lists the approvals
    python3 -I verify_bundle.py bundle.zip --prove 42          # prints the proof that event 42 is in the log
    sha256sum -c SHA256SUMS                                    # in the unpacked folder: the digests alone

Who does not trust where this came from takes the two programs from the published source code, not from here.

datapackage.json          the tables' columns, keys, codes and units (Data Package 2.0, https://datapackage.org)
tables/*.csv              {tables}
documents/*.txt           the source text of each version of each document
reports/*.json            the published reports, as they were frozen
log/log.jsonl             every event's leaf, the tree and all checkpoints; the bodies of the events shown to the reader
log/checkpoint.txt        the newest signed checkpoint by that moment (https://c2sp.org/tlog-checkpoint)
log/keys.txt              the public keys that signed
log/proofs.jsonl          proofs (RFC 9162): the log goes on from earlier checkpoints; it holds what fixes the texts
SHA256SUMS                the SHA-256 of every file; the comment at the end of the ZIP holds that of the ZIP before it

The tables are of the moment above, the log of its newest checkpoint by then, which is at most about a minute older.
In the CSV files text that begins with = + - @ tab or carriage return has a ' before it, so that no program runs it.
"""


def text(about: About, tables: list[Table]) -> bytes:
    return TEXT.format(as_of=about.said()["as_of"], tables=", ".join(table.name for table in tables)).encode()
