-- Which ledger this is. Its artifact store is given this id, so that each tells the other from all others. One row.
CREATE TABLE ledger_id (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL
);

INSERT INTO ledger_id (one, id) VALUES (1, $random$);
