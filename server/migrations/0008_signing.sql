-- What a phone signs with, so that its token alone sends nothing.

-- A point of P-256, uncompressed. None for a phone of before there were keys, until it brings one.
ALTER TABLE device ADD COLUMN signing_key BLOB;
