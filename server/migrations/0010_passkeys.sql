-- Passkeys: a second step of signing in to the office that is shown instead of typed.
CREATE TABLE passkey (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again; stands in the audit
    person     INTEGER NOT NULL REFERENCES person(id),
    name       TEXT NOT NULL,              -- chosen by its owner
    credential BLOB NOT NULL UNIQUE,       -- how browser and authenticator call it
    public_key BLOB NOT NULL,              -- a point of P-256, uncompressed
    counter    INTEGER NOT NULL,           -- of the last use; authenticators without one say 0
    added_ms   INTEGER NOT NULL,
    used_ms    INTEGER                     -- none: never
);
CREATE INDEX passkey_person ON passkey (person);

-- What a session was asked to sign, once; the last question counts. None: nothing, or answered.
ALTER TABLE session ADD COLUMN challenge BLOB;
ALTER TABLE session ADD COLUMN challenge_ms INTEGER;
