-- Cases that ended because no tenant wanted them any more, and that an offer left since for another: of
-- what comes in late nothing stays in them.
CREATE TABLE left_case (
    id BLOB PRIMARY KEY
) WITHOUT ROWID;
