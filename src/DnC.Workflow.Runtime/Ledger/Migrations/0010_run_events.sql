-- What was wanted of a run, and by whom: between the events of its stages, after the one of that number.
CREATE TABLE run_event (
  number $identity$,
  run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  after_seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  who TEXT NOT NULL,
  detail TEXT
);

CREATE INDEX run_event_run ON run_event (run_id, number);
