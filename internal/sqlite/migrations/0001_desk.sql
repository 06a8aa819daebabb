-- Whose a row is stands in person and practice: an empty person is the PC
-- itself, an empty practice is one not chosen yet. BLOB columns hold what has
-- passed the Sealer. Times are unix milliseconds, UTC.

CREATE TABLE draft (
  seq        INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  revision   INTEGER NOT NULL,
  person     TEXT    NOT NULL,
  practice   TEXT    NOT NULL,
  body       BLOB    NOT NULL,
  created_at INTEGER NOT NULL,
  saved_at   INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;

-- One row per request and reader: each person's copy is theirs alone.
CREATE TABLE request (
  seq           INTEGER PRIMARY KEY,
  id            TEXT    NOT NULL,
  revision      INTEGER NOT NULL,
  person        TEXT    NOT NULL,
  practice      TEXT    NOT NULL,
  catalogue     INTEGER NOT NULL,
  type          TEXT    NOT NULL,
  category      TEXT    NOT NULL,
  road          TEXT    NOT NULL,
  status        TEXT    NOT NULL,
  reason        TEXT    NOT NULL,
  number        TEXT    NOT NULL,
  portal_status TEXT    NOT NULL,
  body          BLOB    NOT NULL,
  written_at    INTEGER NOT NULL,
  submitted_at  INTEGER NOT NULL,
  sent_at       INTEGER,
  received_at   INTEGER,
  answered_at   INTEGER,
  updated_at    INTEGER NOT NULL,
  UNIQUE (id, person)
) STRICT;
CREATE INDEX request_by_reader ON request (person, updated_at);
CREATE INDEX request_waiting ON request (status) WHERE status <> 'received';

CREATE TABLE job (
  id          INTEGER PRIMARY KEY,
  request     INTEGER NOT NULL UNIQUE REFERENCES request (seq) ON DELETE CASCADE,
  person      TEXT    NOT NULL,
  practice    TEXT    NOT NULL,
  attempt     INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  lease_until INTEGER
) STRICT;
CREATE INDEX job_due ON job (next_at);

-- item is the id of the draft, and later of the request, that the file is of.
CREATE TABLE file (
  seq              INTEGER PRIMARY KEY,
  id               TEXT    NOT NULL,
  person           TEXT    NOT NULL,
  practice         TEXT    NOT NULL,
  item             TEXT    NOT NULL,
  name             BLOB    NOT NULL,
  size             INTEGER NOT NULL,
  media            TEXT    NOT NULL,
  sha256           TEXT    NOT NULL,
  stored           TEXT    NOT NULL, -- empty when the bytes are at the portal only
  confirmed_by     TEXT    NOT NULL,
  confirmed_at     INTEGER NOT NULL,
  confirmed_as     TEXT    NOT NULL, -- wording version
  confirmed_sha256 TEXT    NOT NULL,
  removed_at       INTEGER,
  UNIQUE (id, person)
) STRICT;
CREATE INDEX file_of_item ON file (item);
CREATE INDEX file_stored ON file (stored);
CREATE INDEX file_same_bytes ON file (person, sha256);

CREATE TABLE message (
  seq      INTEGER PRIMARY KEY,
  id       TEXT    NOT NULL,
  person   TEXT    NOT NULL,
  practice TEXT    NOT NULL,
  request  TEXT    NOT NULL,
  author   BLOB    NOT NULL,
  support  INTEGER NOT NULL,
  body     BLOB    NOT NULL,
  at       INTEGER NOT NULL,
  UNIQUE (id, person)
) STRICT;
CREATE INDEX message_of_request ON message (request, person, at);

CREATE TABLE history (
  seq     INTEGER PRIMARY KEY,
  person  TEXT    NOT NULL,
  request TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  what    TEXT    NOT NULL,
  code    TEXT    NOT NULL
) STRICT;
CREATE INDEX history_of_request ON history (request, person);

CREATE TABLE catalogue (
  version    INTEGER PRIMARY KEY,
  etag       TEXT    NOT NULL,
  body       BLOB    NOT NULL,
  fetched_at INTEGER NOT NULL
) STRICT;

-- Whoever has signed in on this PC. token is empty: it had the hash of an access
-- code once, and rows of damaged files are read by the place of their columns.
CREATE TABLE person (
  id      TEXT    PRIMARY KEY,
  token   TEXT    NOT NULL,
  body    BLOB    NOT NULL,
  cursor  TEXT    NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
