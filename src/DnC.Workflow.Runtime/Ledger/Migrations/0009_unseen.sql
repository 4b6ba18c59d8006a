-- Data folders that a worker does not see, as a JSON array: why a stage waits although its class is served.
ALTER TABLE worker ADD COLUMN unseen TEXT NOT NULL DEFAULT '[]';
