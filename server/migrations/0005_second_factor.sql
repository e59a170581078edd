-- The second step of signing in to the office: a code that an app on a phone counts out.
CREATE TABLE second_factor (
    person       INTEGER PRIMARY KEY REFERENCES person(id),
    secret       BLOB NOT NULL,            -- 20 bytes, shared with the app; only the server reads this file
    confirmed_ms INTEGER,                  -- none: being set up
    last_step    INTEGER NOT NULL DEFAULT 0 -- time step of the last code that was used; older ones are refused
);

-- One-time codes for who lost her phone.
CREATE TABLE recovery_code (
    person    INTEGER NOT NULL REFERENCES person(id),
    code_hash BLOB NOT NULL,               -- SHA-256; the code has 60 random bits
    used_ms   INTEGER,
    PRIMARY KEY (person, code_hash)
) WITHOUT ROWID;
