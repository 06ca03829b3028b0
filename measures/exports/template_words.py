"""How a template is filled in, in both languages; each pair is one row of its last sheet."""

HOW_TO = (
    ("記入方法", "How to fill it in"),
    (
        "黄色の欄だけを記入します。灰色の欄は変更できません。",
        "Fill in the yellow cells only; the grey ones cannot be changed.",
    ),
    (
        "1 枚目「報告」：施策ごとに 1 行。何も書かない行は取り込まれません。",
        "Sheet 1 (報告, Reports): one row a measure. A row in which you write nothing is not imported.",
    ),
    (
        "2 枚目「実績値」：指標と期間ごとに 1 行。値が空欄の行は未報告です。0 は「ゼロ」という報告になります。",
        "Sheet 2 (実績値, Observations): one row a KPI and period. Blank is not reported; 0 is a report of zero.",
    ),
    (
        "空欄にしたものは、既にある下書きの内容を消しません。",
        "What you leave blank does not erase what a draft says already.",
    ),
    (
        "値は公表資料のとおり数字だけを書きます（16.1、38,000、10～20）。単位・約・▲・％は付けません。式も使えません。",
        "Write a value as it was published, digits only (16.1, 38,000, 10～20): no unit, no ▲, no %, and no formula.",
    ),
    (
        "期間は 2019年度、2019年（暦年）、2019年度上半期、2019年度第4四半期、2019年10月、2019-10-01 のように書きます。",
        "Write a period as FY2019, CY2019, FY2019H1, FY2019Q4, 2019-10, or 2019-10-01 for a point in time.",
    ),
    (
        "別の期間や別の指標の値は、「実績値」の下の空いている行に書きます。",
        "Values of other periods or KPIs go into the spare rows at the end of sheet 2.",
    ),
    (
        "「差異の原因」から「是正の期限」までは、申告した評価が指標の状況と食い違うときに、4 欄とも書きます。",
        "The four cells of the explanation are for when the declared health contradicts the KPIs: all four or none.",
    ),
    (
        "行・列・シートを追加、結合、非表示、改名しないでください。",
        "Do not add, merge, hide or rename rows, columns or sheets.",
    ),
    (
        "アップロードするとまず点検だけが行われ、誤りがセルごとに示されます。確定すると下書きができます（提出は別）。",
        "An upload is only checked at first, and told what is wrong by cell. Committing makes drafts; you submit them.",
    ),
)
