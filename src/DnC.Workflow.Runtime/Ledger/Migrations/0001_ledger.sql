-- The ledger. One script for every dialect: $identity$ is the dialect's self-numbering key.
-- Times are milliseconds since 1970 by the ledger's clock. States and events are the words of Transitions.cs.

CREATE TABLE run (
  number $identity$,
  id TEXT NOT NULL UNIQUE,
  request_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  spec TEXT NOT NULL,
  identity TEXT NOT NULL,
  data TEXT NOT NULL,
  retry TEXT NOT NULL,
  no_cache BOOLEAN NOT NULL,
  priority INTEGER NOT NULL,
  max_concurrent INTEGER NOT NULL,
  paused BOOLEAN NOT NULL,
  cancelled BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  waiting INTEGER NOT NULL,
  active INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT
);

CREATE INDEX run_identity ON run (identity);

CREATE INDEX run_active ON run (id) WHERE active > 0;

CREATE TABLE stage (
  id $identity$,
  run_id TEXT NOT NULL REFERENCES run (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  resource TEXT NOT NULL,
  node TEXT NOT NULL,
  fan_id BIGINT,
  fan_index BIGINT,
  queue_limit BIGINT NOT NULL,
  state TEXT NOT NULL,
  moved BIGINT NOT NULL,
  since BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  fence BIGINT NOT NULL,
  pending BIGINT NOT NULL,
  forced BOOLEAN NOT NULL,
  attempts BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  losses BIGINT NOT NULL,
  input_losses BIGINT NOT NULL,
  ready_at BIGINT NOT NULL,
  not_before BIGINT NOT NULL,
  queue_by BIGINT,
  waits_for_key TEXT,
  stage_key TEXT,
  checkpoint_location TEXT,
  checkpoint_step BIGINT,
  resumed_step BIGINT,
  output TEXT,
  metrics TEXT,
  fan_out BIGINT,
  reused_from TEXT,
  error TEXT,
  worker TEXT,
  started_at BIGINT,
  ended_at BIGINT
);

CREATE UNIQUE INDEX stage_name ON stage (run_id, name);

CREATE INDEX stage_ready ON stage (run_id, resource, id) WHERE state = 'ready' AND waits_for_key IS NULL;

CREATE UNIQUE INDEX stage_single_flight ON stage (stage_key) WHERE state = 'running';

CREATE INDEX stage_held ON stage (waits_for_key) WHERE waits_for_key IS NOT NULL;

CREATE INDEX stage_queue ON stage (queue_by) WHERE state = 'ready' AND queue_by IS NOT NULL;

CREATE TABLE edge (
  from_id BIGINT NOT NULL REFERENCES stage (id),
  to_id BIGINT NOT NULL REFERENCES stage (id),
  PRIMARY KEY (from_id, to_id)
);

CREATE INDEX edge_to ON edge (to_id);

-- Narrow, and without an index on what a heartbeat changes.
CREATE TABLE claim (
  stage_id BIGINT NOT NULL PRIMARY KEY REFERENCES stage (id),
  run_id TEXT NOT NULL,
  fence BIGINT NOT NULL,
  worker TEXT NOT NULL,
  seen BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  progress TEXT
);

CREATE INDEX claim_run ON claim (run_id);

CREATE TABLE attempt (
  stage_id BIGINT NOT NULL REFERENCES stage (id),
  fence BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  number BIGINT NOT NULL,
  worker TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  resumed_step BIGINT,
  ended_at BIGINT,
  outcome TEXT,
  progress TEXT,
  detail TEXT,
  PRIMARY KEY (stage_id, fence)
);

CREATE TABLE event (
  seq $identity$,
  at BIGINT NOT NULL,
  run_id TEXT NOT NULL,
  stage_id BIGINT NOT NULL REFERENCES stage (id),
  generation BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  event TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  worker TEXT,
  detail TEXT
);

CREATE INDEX event_run ON event (run_id, seq);

CREATE TABLE result (
  stage_key TEXT NOT NULL PRIMARY KEY,
  run_id TEXT NOT NULL,
  stage_name TEXT NOT NULL,
  location TEXT NOT NULL,
  output TEXT NOT NULL,
  metrics TEXT NOT NULL,
  fan_out BIGINT,
  made_at BIGINT NOT NULL
);

CREATE INDEX result_location ON result (location);
