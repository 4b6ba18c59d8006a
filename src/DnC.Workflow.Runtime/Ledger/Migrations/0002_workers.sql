-- Who serves which classes. A heartbeat changes the two times at the end alone, and no column that it changes is in an index.

CREATE TABLE worker (
  id TEXT NOT NULL PRIMARY KEY,
  host TEXT NOT NULL,
  pid BIGINT NOT NULL,
  version TEXT NOT NULL,
  device TEXT NOT NULL,
  slots TEXT NOT NULL,
  kinds TEXT NOT NULL,
  draining BOOLEAN NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  live_until BIGINT NOT NULL
);
