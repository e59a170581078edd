-- Words of which a part went while their record stays, and when they were written, by the clock of who wrote
-- them. What else they said is gone, and a copy of that phone may bring other words under the same number.
CREATE TABLE part_op (
    device     INTEGER NOT NULL,           -- who sent it
    device_seq INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    PRIMARY KEY (device, device_seq)
) WITHOUT ROWID;
