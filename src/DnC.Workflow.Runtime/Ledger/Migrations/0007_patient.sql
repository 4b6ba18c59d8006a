-- Requests that a failure does not answer: they wait until somebody has had the stage done again.

ALTER TABLE gate_request ADD COLUMN patient BOOLEAN NOT NULL DEFAULT FALSE;
