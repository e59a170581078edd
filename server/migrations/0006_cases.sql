-- Cases of advisers, and the offers of caretakers that they come from.

CREATE TABLE corporation (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE
);

-- Whose caretaker somebody is.
ALTER TABLE person ADD COLUMN corporation INTEGER REFERENCES corporation(id);

-- Which adviser gets the cases that come from a corporation. None: the office decides one by one.
CREATE TABLE case_rule (
    corporation INTEGER PRIMARY KEY REFERENCES corporation(id),
    person      INTEGER NOT NULL REFERENCES person(id)
);

-- Records that changed and from which something may follow for a case. Emptied in the commit that
-- filled it.
CREATE TABLE case_due (
    record BLOB PRIMARY KEY,
    kind   TEXT NOT NULL
) WITHOUT ROWID;

-- Which offer a source of a case stands for; a caretaker's offers are in no list of an adviser.
CREATE TABLE case_offer (
    source BLOB PRIMARY KEY,
    offer  BLOB NOT NULL
) WITHOUT ROWID;

CREATE INDEX worklist_kind ON worklist (kind);
