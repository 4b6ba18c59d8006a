-- Deleting a stage asks whether an event still refers to it: without an index that reads all events there are, for every stage.
CREATE INDEX event_stage ON event (stage_id);

-- Where in the artifact store something of a forgotten run may lie that nobody needs any more: 'RUN/'. Gone once that was looked at.
CREATE TABLE forgotten (
  place TEXT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL
);
