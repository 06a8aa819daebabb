-- What goes to the help desk behind the portal, and what came from there.

-- A row for each thing that the help desk is to be told, made with what it tells of.
CREATE TABLE outbound (
  seq      INTEGER PRIMARY KEY,
  id       TEXT    NOT NULL UNIQUE, -- of the request, message or act
  request  TEXT    NOT NULL REFERENCES request (id) ON DELETE CASCADE,
  kind     TEXT    NOT NULL, -- create, reply, status
  status   TEXT    NOT NULL DEFAULT '', -- the portal's, of the kind status
  at       INTEGER NOT NULL, -- since when it waits
  attempts INTEGER NOT NULL DEFAULT 0,
  tried_at INTEGER, -- an attempt was begun then, and nobody knows how it ended
  done_at  INTEGER,
  failed   TEXT    NOT NULL DEFAULT '', -- why the last attempt did nothing
  refused  INTEGER NOT NULL DEFAULT 0   -- it will do nothing however often it is tried
) STRICT;
CREATE INDEX outbound_waiting ON outbound (request, seq) WHERE done_at IS NULL;

CREATE TABLE ticket (
  request TEXT PRIMARY KEY REFERENCES request (id) ON DELETE CASCADE,
  ref     TEXT NOT NULL -- what the help desk calls it
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_ref ON ticket (ref);

-- The events of the help desk that were taken: it may tell one twice.
CREATE TABLE told (
  event TEXT    PRIMARY KEY,
  at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX told_at ON told (at);

CREATE TABLE helpdesk (
  kind   TEXT PRIMARY KEY, -- of the connector
  cursor TEXT NOT NULL     -- what it has told up to
) STRICT, WITHOUT ROWID;
