-- Who waits for stages and runs from outside, and what is to be told to them.

ALTER TABLE run ADD COLUMN gated BOOLEAN NOT NULL DEFAULT FALSE;

-- Whether any request was ever made for the run or a stage of it: without one, an end has nobody to look for.
ALTER TABLE run ADD COLUMN requested BOOLEAN NOT NULL DEFAULT FALSE;

-- A shut gate is one more in 'pending'.
ALTER TABLE stage ADD COLUMN gate_shut BOOLEAN NOT NULL DEFAULT FALSE;

-- Kept as long as the run: that is how an id is known that was answered long ago. Without a stage it is for the run's end.
CREATE TABLE gate_request (
  number $identity$,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  stage_id BIGINT REFERENCES stage (id) ON DELETE CASCADE,
  listener TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  answered_at BIGINT,
  closed_at BIGINT,
  generation BIGINT,
  answer TEXT,
  error TEXT,
  stage_key TEXT,
  output TEXT,
  fan_out BIGINT
);

CREATE INDEX gate_request_live ON gate_request (run_id, stage_id) WHERE closed_at IS NULL;

CREATE INDEX gate_request_run ON gate_request (run_id);

CREATE INDEX gate_request_stage ON gate_request (stage_id);

-- Answers to tell, in the order in which they were given; what they say stands in the request. No column that telling changes is in an index.
CREATE TABLE outbox (
  seq $identity$,
  request_id TEXT NOT NULL UNIQUE REFERENCES gate_request (id) ON DELETE CASCADE,
  run_id TEXT NOT NULL,
  listener TEXT NOT NULL,
  tries BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  holder TEXT,
  held_until BIGINT,
  error TEXT
);

CREATE INDEX outbox_order ON outbox (listener, run_id, seq);
