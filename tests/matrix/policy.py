"""The policy in plain words: the only statement of what is expected, written without a look at the rules."""

from typing import NamedTuple

# Who the people are. An update of the matrix belongs to a measure that jpo leads and mext supports; meti has no part.
# The revisions of the matrix were proposed by coordinator.deputy.
# "wrote it" is true of an update that the ministry reports, "entered it" of one entered on the ministry's behalf.
CAST = {
    "officer.jpo": {"officer of the lead"},
    "approver.jpo": {"approver of the lead"},
    "author.jpo": {"officer of the lead", "approver of the lead", "wrote it"},
    "editor.jpo": {"officer of the lead", "approver of the lead", "wrote it"},
    "deputy.jpo": {"officer of the lead", "approver of the lead"},
    "officer.mext": {"officer of a supporting ministry"},
    "approver.mext": {"approver of a supporting ministry"},
    "officer.meti": {"officer of another ministry"},
    "approver.meti": {"approver of another ministry"},
    "coordinator": {"coordinator"},
    "coordinator.deputy": {"coordinator", "proposed it"},
    "allround.cao": {"coordinator", "approver of the lead", "entered it"},
    "auditor": {"auditor"},
    "administrator": {"administrator"},
    "guardian.jpo": {"auditor", "administrator"},  # at the lead, of which they report nothing
    "visitor": set(),  # an account without duties
    "former.jpo": set(),  # officer and approver of the lead until yesterday
    "coming.jpo": set(),  # officer and approver of the lead from tomorrow on
    "closed.jpo": set(),  # officer and approver of the lead whose account was closed
}
CLOSED_ACCOUNTS = {"closed.jpo"}

# How one comes. A session is worth every scope; a token is worth its own and nothing else.
SINGLE_SCOPES = ("read", "report", "approve", "coordinate", "audit", "administer")
REFUSED_CREDENTIALS = {
    "an expired token",
    "a revoked token",
    "a token with a wrong secret",
    "a session beside a revoked token",
}

# Who gets further than the door of an address; all others are refused there, whatever the method.
# Where no door is named anyone may read, and whoever has credentials may try the rest.
DOORS = {
    "openapi.json": "no credentials looked at",
    "docs": "no credentials looked at",
    "me": "signed in",
    "me/tasks": "signed in",
    "updates/<int:pk>/rounds": "signed in",
    "updates/<int:pk>/difference": "signed in",
    "imports": "signed in",
    "imports/<int:pk>": "signed in",
    "imports/<int:pk>/commit": "signed in",
    "imports/<int:pk>/marked.xlsx": "signed in",
    "imports/template.xlsx": "signed in",
    "proposals": "signed in",
    "proposals/<int:pk>": "signed in",
    "proposals/<int:pk>/confirm": "signed in",
    "tokens": "signed in",
    "tokens/<str:public_id>": "signed in",
    "rules/<str:code>/preview": "signed in",
    "people": "administrator",
    "people/<str:username>": "administrator",
    "duties": "administrator",
    "duties/<int:pk>": "administrator",
}

# Reading needs the scope `read` everywhere; `scope` is what else is needed. HEAD is as GET. OPTIONS needs no scope, and
# files have none. Any other method without a row is answered 405 to those who get past the door.
WITHOUT_OPTIONS = ("exports/", "docs")
TABLE = """
address                        | method | case                 | done by             | scope      | answer
documents                      | GET    |                      | anyone              |            | 200
documents/<str:code>           | GET    |                      | anyone              |            | 200
documents/<str:code>/versions  | GET    |                      | anyone              |            | 200
documents/<str:code>/elements  | GET    |                      | anyone              |            | 200
proposals                      | GET    |                      | signed in           |            | 200
proposals                      | POST   |                      | coordinator         | coordinate | 201
proposals/<int:pk>             | GET    |                      | overseer            |            | 200
proposals/<int:pk>             | PATCH  |                      | coordinator         | coordinate | 200
proposals/<int:pk>             | DELETE |                      | coordinator         | coordinate | 204
proposals/<int:pk>/confirm     | POST   |                      | coordinator         | coordinate | 200
ministries                     | GET    |                      | anyone              |            | 200
ministries/<str:code>          | GET    |                      | anyone              |            | 200
measures                       | GET    |                      | anyone              |            | 200
measures                       | POST   |                      | coordinator         | coordinate | 201
measures/<str:code>            | GET    |                      | anyone              |            | 200
measures/<str:code>            | PATCH  |                      | coordinator         | coordinate | 200
measures/<str:code>/timeline   | GET    |                      | anyone              |            | 200
measures/<str:code>/links      | POST   |                      | coordinator         | coordinate | 201
assignments                    | GET    |                      | anyone              |            | 200
assignments                    | POST   |                      | coordinator         | coordinate | 201
assignments/<int:pk>           | GET    |                      | anyone              |            | 200
assignments/<int:pk>           | PATCH  |                      | coordinator         | coordinate | 200
milestones                     | GET    |                      | anyone              |            | 200
milestones                     | POST   |                      | coordinator         | coordinate | 201
milestones/<int:pk>            | GET    |                      | anyone              |            | 200
milestones/<int:pk>            | PATCH  |                      | coordinator         | coordinate | 200
decisions                      | GET    |                      | anyone              |            | 200
decisions                      | POST   |                      | coordinator         | coordinate | 201
decisions/<int:pk>             | GET    |                      | anyone              |            | 200
deadlines                      | GET    |                      | anyone              |            | 200
deadlines/<int:pk>             | GET    |                      | anyone              |            | 200
deadlines/<int:pk>/approve     | POST   |                      | another coordinator | coordinate | 200
deadlines/<int:pk>/reject      | POST   |                      | another coordinator | coordinate | 200
kpis                           | GET    |                      | anyone              |            | 200
kpis                           | POST   |                      | coordinator         | coordinate | 201
kpis/<str:code>                | GET    |                      | anyone              |            | 200
kpis/<str:code>                | PATCH  |                      | coordinator         | coordinate | 200
kpis/<str:code>/observations   | GET    |                      | anyone              |            | 200
kpis/<str:code>/baselines      | GET    |                      | anyone              |            | 200
kpis/<str:code>/baselines      | POST   |                      | coordinator         | coordinate | 201
kpis/<str:code>/baselines/<int:pk>/approve | POST |      | another coordinator | coordinate | 200
kpis/<str:code>/baselines/<int:pk>/reject | POST |       | another coordinator | coordinate | 200
kpis/<str:code>/targets        | GET    |                      | anyone              |            | 200
kpis/<str:code>/targets        | POST   |                      | coordinator         | coordinate | 201
kpis/<str:code>/targets/<int:pk>/approve | POST |        | another coordinator | coordinate | 200
kpis/<str:code>/targets/<int:pk>/reject | POST |         | another coordinator | coordinate | 200
kpis/<str:code>/measures       | GET    |                      | anyone              |            | 200
kpis/<str:code>/measures       | POST   |                      | coordinator         | coordinate | 201
observations                   | GET    |                      | anyone              |            | 200
cycles                         | GET    |                      | anyone              |            | 200
cycles                         | POST   |                      | coordinator         | coordinate | 201
cycles/<str:code>              | GET    |                      | anyone              |            | 200
cycles/<str:code>/open         | POST   | planned              | coordinator         | coordinate | 200
cycles/<str:code>/open         | POST   | planned, other open  | coordinator         | coordinate | 409 another-open
cycles/<str:code>/open         | POST   | open                 | coordinator         | coordinate | 409 wrong-turn
cycles/<str:code>/open         | POST   | closed               | coordinator         | coordinate | 409 wrong-turn
cycles/<str:code>/close        | POST   | planned, other open  | coordinator         | coordinate | 409 wrong-turn
cycles/<str:code>/close        | POST   | open                 | coordinator         | coordinate | 200
cycles/<str:code>/close        | POST   | closed               | coordinator         | coordinate | 409 wrong-turn
cycles/<str:code>/reopen       | POST   | planned, other open  | coordinator         | coordinate | 409 wrong-turn
cycles/<str:code>/reopen       | POST   | open                 | coordinator         | coordinate | 409 wrong-turn
cycles/<str:code>/reopen       | POST   | closed               | coordinator         | coordinate | 409 another-open
cycles/<str:code>/reopen       | POST   | closed, none open    | coordinator         | coordinate | 200
obligations                    | GET    |                      | anyone              |            | 200
obligations/<int:pk>           | GET    |                      | anyone              |            | 200
obligations/<int:pk>/waive     | POST   | owed                 | coordinator         | coordinate | 200
obligations/<int:pk>/unlock    | POST   | owed                 | coordinator         | coordinate | 409 cycle-not-closed
obligations/<int:pk>/extend    | POST   | owed                 | coordinator         | coordinate | 409 due-passed
obligations/<int:pk>/waive     | POST   | waived               | coordinator         | coordinate | 409 already-waived
obligations/<int:pk>/unlock    | POST   | cycle closed         | coordinator         | coordinate | 200
obligations/<int:pk>/extend    | POST   | to come              | coordinator         | coordinate | 200
updates                        | GET    |                      | anyone              |            | 200
updates                        | POST   | jpo's, open          | officer of the lead | report     | 201
updates                        | POST   | jpo's, planned       | officer of the lead | report     | 409 cycle-not-open
updates                        | POST   | jpo's, closed        | officer of the lead | report     | 409 cycle-not-open
updates                        | POST   | jpo's, correction | officer of the lead | report | 409 nothing-to-correct
updates                        | POST   | jpo's, for jpo       | coordinator         | report     | 201
updates                        | POST   | mext's, open         | officer of mext     | report     | 201
updates                        | POST   | meti's, open         | officer of meti     | report     | 201
evidence                       | GET    |                      | anyone              |            | 200
evidence                       | POST   | of a milestone       | coordinator         | coordinate | 201
imports                        | GET    |                      | signed in           |            | 200
imports                        | POST   |                      | an officer          | report     | 201
imports/<int:pk>               | GET    |                      | owner of the import |            | 200
imports/<int:pk>/marked.xlsx   | GET    |                      | owner of the import |            | 200
imports/<int:pk>/commit        | POST   |                      | owner of the import | report     | 200
imports/template.xlsx          | GET    |                      | an officer          |            | 200
reports                        | GET    |                      | anyone              |            | 200
reports                        | POST   | as published         | coordinator         | coordinate | 409 nothing-changed
reports                        | POST   | never open           | coordinator         | coordinate | 409 not-begun
reports/<str:code>             | GET    |                      | anyone              |            | 200
reports/<str:code>/comparison  | GET    |                      | anyone              |            | 200
reports/<str:code>/files/<str:name> | GET |                    | anyone              |            | 200
summary                        | GET    |                      | anyone              |            | 200
rollups                        | GET    |                      | anyone              |            | 200
rules                          | GET    |                      | anyone              |            | 200
rules/<str:code>/preview       | GET    |                      | signed in           |            | 200
rules/<str:code>/adopt         | POST   |                      | coordinator         | coordinate | 200
events                         | GET    |                      | anyone              |            | 200
audit/checkpoint               | GET    |                      | anyone              |            | 200
audit/keys                     | GET    |                      | anyone              |            | 200
audit/events/<int:pk>/proof    | GET    |                      | anyone              |            | 200
audit/consistency              | GET    |                      | anyone              |            | 200
people                         | GET    |                      | administrator       | administer | 200
people                         | POST   |                      | administrator       | administer | 201
people/<str:username>          | GET    |                      | administrator       | administer | 200
people/<str:username>          | PATCH  |                      | administrator       | administer | 200
duties                         | GET    |                      | administrator       | administer | 200
duties                         | POST   |                      | administrator       | administer | 201
duties/<int:pk>                | GET    |                      | administrator       | administer | 200
duties/<int:pk>                | PATCH  |                      | administrator       | administer | 200
tokens                         | GET    |                      | signed in           |            | 200
tokens                         | POST   | one's own            | signed in           | what it is to give | 201
tokens                         | POST   | someone else's       | administrator       | administer | 201
tokens/<str:public_id>         | GET    |                      | owner of the token  |            | 200
tokens/<str:public_id>         | DELETE |                      | owner of the token  |            | 204
me                             | GET    |                      | signed in           |            | 200
me/tasks                       | GET    |                      | signed in           |            | 200
exports/measures.csv           | GET    |                      | anyone              |            | 200
exports/measures.xlsx          | GET    |                      | anyone              |            | 200
exports/measures.json          | GET    |                      | anyone              |            | 200
exports/measures.codebook.csv  | GET    |                      | anyone              |            | 200
exports/kpis.csv               | GET    |                      | anyone              |            | 200
exports/kpis.xlsx              | GET    |                      | anyone              |            | 200
exports/kpis.json              | GET    |                      | anyone              |            | 200
exports/kpis.codebook.csv      | GET    |                      | anyone              |            | 200
exports/observations.csv       | GET    |                      | anyone              |            | 200
exports/observations.xlsx      | GET    |                      | anyone              |            | 200
exports/observations.json      | GET    |                      | anyone              |            | 200
exports/observations.codebook.csv | GET    |                      | anyone              |            | 200
exports/updates.csv            | GET    |                      | anyone              |            | 200
exports/updates.xlsx           | GET    |                      | anyone              |            | 200
exports/updates.json           | GET    |                      | anyone              |            | 200
exports/updates.codebook.csv   | GET    |                      | anyone              |            | 200
exports/events.csv             | GET    |                      | anyone              |            | 200
exports/events.xlsx            | GET    |                      | anyone              |            | 200
exports/events.json            | GET    |                      | anyone              |            | 200
exports/events.codebook.csv    | GET    |                      | anyone              |            | 200
exports/obligations.csv        | GET    |                      | anyone              |            | 200
exports/obligations.xlsx       | GET    |                      | anyone              |            | 200
exports/obligations.json       | GET    |                      | anyone              |            | 200
exports/obligations.codebook.csv | GET    |                      | anyone              |            | 200
exports/evidence.csv           | GET    |                      | anyone              |            | 200
exports/evidence.xlsx          | GET    |                      | anyone              |            | 200
exports/evidence.json          | GET    |                      | anyone              |            | 200
exports/evidence.codebook.csv  | GET    |                      | anyone              |            | 200
exports/bundle.zip             | GET    |                      | anyone              |            | 200
exports/log.jsonl              | GET    |                      | anyone              |            | 200
openapi.json                   | GET    |                      | anyone              |            | 200
docs                           | GET    |                      | anyone              |            | 200
"""

# The same for one update, by the state it is in. A star needs an open cycle: in a closed one it is 409 cycle-not-open.
# 409 alone is the code wrong-turn. The reporter is an officer of the lead, or the coordinator where the coordinator
# entered it. The decider is an approver of the lead who neither wrote nor entered it.
UPDATE_TABLE = """
address                    | method | done by  | scope   | draft | submitted | returned | approved | withdrawn
updates/<int:pk>           | GET    | reader   |         | 200   | 200       | 200      | 200      | 200
updates/<int:pk>           | PATCH  | reporter | report  | 200*  | 409       | 200*     | 409      | 409
updates/<int:pk>           | DELETE | reporter | report  | 204   | 409       | 409      | 409      | 409
updates/<int:pk>/rounds    | GET    | insider  |         | 200   | 200       | 200      | 200      | 200
updates/<int:pk>/difference | GET   | insider  |         | 200   | 200       | 200      | 200      | 200
updates/<int:pk>/submit    | POST   | reporter | report  | 200*  | 409       | 200*     | 409      | 409
updates/<int:pk>/withdraw  | POST   | reporter | report  | 409   | 200       | 200      | 409      | 409
updates/<int:pk>/return    | POST   | decider  | approve | 409   | 200       | 409      | 409      | 409
updates/<int:pk>/approve   | POST   | decider  | approve | 409   | 200       | 409      | 409      | 409
evidence                   | POST   | reporter | report  | 201*  | 409       | 201*     | 409      | 409
evidence/<int:pk>          | GET    | reader   |         | 200   | 200       | 200      | 200      | 200
evidence/<int:pk>/file     | GET    | reader   |         | 200   | 200       | 200      | 200      | 200
evidence/<int:pk>/verify   | POST   | decider  | approve | 409   | 200       | 200      | 200      | 200
"""

# To whom an update is there at all; to everyone else it is 404, whatever they try.
SEEN_TABLE = """
state      | seen by
draft      | officer of the lead, approver of the lead, coordinator, auditor
submitted  | officer of the lead, approver of the lead, coordinator, auditor
returned   | officer of the lead, approver of the lead, coordinator, auditor
withdrawn  | officer of the lead, approver of the lead, coordinator, auditor
approved   | anyone
rounds     | officer of the lead, approver of the lead, coordinator, auditor
proposals  | coordinator, auditor
"""

# Ministries other than the lead of the update above, where a row names them.
ALSO_CALLED = {
    "officer of mext": "officer of a supporting ministry",
    "officer of meti": "officer of another ministry",
}


class Row(NamedTuple):
    """One line of a table; `answer` is a status, and for refusals the problem's code."""

    address: str
    method: str
    case: str
    done_by: str
    scope: str
    answer: str


def _cells(table: str) -> list[list[str]]:
    lines = [line for line in table.strip().splitlines()[1:] if line.strip()]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


ROWS = tuple(Row(*cells) for cells in _cells(TABLE))
SEEN = {state: set(who.split(", ")) for state, who in _cells(SEEN_TABLE)}
STATES = ("draft", "submitted", "returned", "approved", "withdrawn")


def update_rows(state: str, cycle: str) -> list[Row]:
    """The rows of an update in `state` of a cycle that is "open" or "closed"."""
    rows = []
    for address, method, done_by, scope, *answers in _cells(UPDATE_TABLE):
        answer = answers[STATES.index(state)]
        if answer.endswith("*"):
            answer = answer[:-1] if cycle == "open" else "409 cycle-not-open"
        rows.append(Row(address, method, state, done_by, scope, "409 wrong-turn" if answer == "409" else answer))
    return rows


def named() -> set[tuple[str, str]]:
    """Every address and method that has a row."""
    return {(row.address, row.method) for row in (*ROWS, *update_rows("draft", "open"))}
