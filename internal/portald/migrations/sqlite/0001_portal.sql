-- Times are unix milliseconds, UTC. number is NULL until every file of the
-- request has arrived and was verified. change grows with each change of a
-- numbered request; the cursor of a desk is the highest one that it has seen.

CREATE TABLE request (
  seq         INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL UNIQUE,
  revision    INTEGER NOT NULL,
  author      TEXT    NOT NULL,
  practice    TEXT    NOT NULL,
  digest      TEXT    NOT NULL, -- of the content, to tell a repeat from another one
  body        BLOB    NOT NULL, -- the content, as JSON
  number      TEXT    UNIQUE,
  status      TEXT    NOT NULL,
  held_at     INTEGER NOT NULL,
  received_at INTEGER,
  updated_at  INTEGER NOT NULL,
  change      INTEGER,
  staged      INTEGER NOT NULL DEFAULT 0 -- from the demo's own data
) STRICT;
CREATE INDEX request_change ON request (change) WHERE change IS NOT NULL;
CREATE INDEX request_unnumbered ON request (held_at) WHERE number IS NULL;

CREATE TABLE file (
  request  TEXT    NOT NULL REFERENCES request (id) ON DELETE CASCADE,
  id       TEXT    NOT NULL,
  size     INTEGER NOT NULL,
  sha256   TEXT    NOT NULL,
  received INTEGER NOT NULL,
  PRIMARY KEY (request, id)
) STRICT;

CREATE TABLE tombstone (
  id     TEXT    PRIMARY KEY,
  author TEXT    NOT NULL,
  at     INTEGER NOT NULL
) STRICT;

CREATE TABLE message (
  seq     INTEGER PRIMARY KEY,
  id      TEXT    NOT NULL UNIQUE,
  request TEXT    NOT NULL REFERENCES request (id) ON DELETE CASCADE,
  author  TEXT    NOT NULL,
  name    TEXT    NOT NULL,
  support INTEGER NOT NULL,
  body    TEXT    NOT NULL,
  at      INTEGER NOT NULL
) STRICT;
CREATE INDEX message_of_request ON message (request);

CREATE TABLE counter (
  year INTEGER PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;
