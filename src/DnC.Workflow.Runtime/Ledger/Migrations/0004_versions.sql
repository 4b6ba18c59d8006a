-- Which version of its kind may run a stage; null (runs of before, or planned by nobody who says): any.
ALTER TABLE stage ADD COLUMN version BIGINT;

-- When something was done last that any one of all engines does for all.
CREATE TABLE chore (
  name TEXT NOT NULL PRIMARY KEY,
  done_at BIGINT NOT NULL
);

$claim_room$;
