-- Which store holds the artifacts of this ledger: the id that was written into it, and where it was when it was last seen. One row at most.
CREATE TABLE artifact_store (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  place TEXT NOT NULL,
  noted_at BIGINT NOT NULL
);
