-- A chosen id is looked for whatever its letters' case: ids are names of folders, too.
CREATE INDEX run_folder ON run (LOWER(id));
