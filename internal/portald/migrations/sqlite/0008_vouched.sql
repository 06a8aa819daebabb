-- The mappings of which a help desk had everything once, by the SHA-256 of their files.
CREATE TABLE vouched (
  digest TEXT    PRIMARY KEY, -- hex
  at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
