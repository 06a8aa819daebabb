-- Every catalogue that was ever served: requests are pinned to the version that
-- they were written with, and may arrive long after a newer one.

CREATE TABLE catalogue (
  version   INTEGER PRIMARY KEY,
  body      BLOB    NOT NULL,
  served_at INTEGER NOT NULL
) STRICT;
