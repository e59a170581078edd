-- The desk of the cases: who gets a new one, who stands in for whom, what waits for the coordinator,
-- homes of a corporation, and what must still be erased after a resident changed her mind.

-- Which adviser gets the cases of a district. The empty district stands for every case that no rule of
-- a district or a corporation gives to somebody.
CREATE TABLE district_rule (
    district TEXT PRIMARY KEY COLLATE NOCASE,
    person   INTEGER NOT NULL REFERENCES person(id)
) WITHOUT ROWID;

-- How many new addresses a week an adviser can take. No row: nobody planned it.
CREATE TABLE adviser_plan (
    person   INTEGER PRIMARY KEY REFERENCES person(id),
    per_week INTEGER NOT NULL
);

-- From the first day until the last, both included, a colleague has all open cases of an adviser.
CREATE TABLE cover (
    id        INTEGER PRIMARY KEY,
    person    INTEGER NOT NULL REFERENCES person(id),
    colleague INTEGER NOT NULL REFERENCES person(id),
    from_on   INTEGER NOT NULL,             -- days since 1970
    until_on  INTEGER NOT NULL
);
CREATE INDEX cover_colleague ON cover (colleague);

-- What the daily look at the cases found, and since when it is so.
CREATE TABLE escalation (
    record   BLOB NOT NULL,                 -- the case, the application or the referral
    reason   TEXT NOT NULL,                 -- key of cases::escalation::Reason
    worklist BLOB NOT NULL,                 -- of the case
    since_on INTEGER NOT NULL,              -- days since 1970
    PRIMARY KEY (record, reason)
) WITHOUT ROWID;

-- The homes of a corporation, as its caretakers choose from them. A newer list takes the place of it.
CREATE TABLE corporation_homes (
    corporation INTEGER PRIMARY KEY REFERENCES corporation(id),
    worklist    BLOB NOT NULL REFERENCES worklist(id)
);

-- Offers of tenants who changed their mind, of which the name is still in the log.
CREATE TABLE withdrawal_due (
    offer BLOB PRIMARY KEY
) WITHOUT ROWID;

-- Up to where in a worklist a phone must have read to have lost the fields that an erasure took.
CREATE TABLE erase_cursor (
    erasure  BLOB NOT NULL REFERENCES erasure(id),
    device   INTEGER NOT NULL REFERENCES device(number),
    worklist BLOB NOT NULL,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (erasure, device, worklist)
) WITHOUT ROWID;
CREATE INDEX erase_cursor_device ON erase_cursor (device);
