-- Why a worker runs no stages for now: what is wrong with its machine, and the way out.
ALTER TABLE worker ADD COLUMN ailment TEXT;
