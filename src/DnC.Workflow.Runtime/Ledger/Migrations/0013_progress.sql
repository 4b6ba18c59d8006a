-- When a running attempt's progress last changed: one that hangs renews its claim all the same.
ALTER TABLE claim ADD COLUMN moved_at BIGINT;
