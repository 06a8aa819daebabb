-- What following a request needs. state is what a list shows: the portal's word
-- once it has the request, else this PC's.
ALTER TABLE draft ADD COLUMN type TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN priority TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN mine INTEGER NOT NULL DEFAULT 1; -- written by the reader
ALTER TABLE request ADD COLUMN watching INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN allowed TEXT NOT NULL DEFAULT ''; -- acts, by commas
ALTER TABLE request ADD COLUMN taken_at INTEGER;
ALTER TABLE request ADD COLUMN closed_at INTEGER;
ALTER TABLE request ADD COLUMN snapshot INTEGER NOT NULL DEFAULT 0; -- number of the last one that it stood in
ALTER TABLE request ADD COLUMN state TEXT AS (CASE WHEN status='received' AND portal_status<>'' THEN portal_status ELSE status END) VIRTUAL;
CREATE INDEX request_by_state ON request (person, state, updated_at);
CREATE INDEX request_by_priority ON request (person, priority, state);

-- A snapshot is all that a person sees at the portal, read page by page: number of
-- the last one, and how far it is while it is under way (total 0: it is not).
ALTER TABLE person ADD COLUMN snapshot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN snapshot_total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN snapshot_done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN synced_at INTEGER;
ALTER TABLE person ADD COLUMN renewing INTEGER NOT NULL DEFAULT 0; -- all was here before: the one under way is not the first

-- What the bell tells. It says nothing of what a request is about.
CREATE TABLE notice (
  seq     INTEGER PRIMARY KEY,
  person  TEXT    NOT NULL,
  request TEXT    NOT NULL,
  number  TEXT    NOT NULL,
  kind    TEXT    NOT NULL, -- status, answer, watcher
  code    TEXT    NOT NULL, -- the portal's status, of kind status
  at      INTEGER NOT NULL,
  read_at INTEGER
) STRICT;
CREATE INDEX notice_of_person ON notice (person, seq);

-- Combinations of filters that a person has given a name.
CREATE TABLE view (
  seq    INTEGER PRIMARY KEY,
  id     TEXT    NOT NULL,
  person TEXT    NOT NULL,
  body   BLOB    NOT NULL,
  UNIQUE (id, person)
) STRICT;

CREATE TABLE contract (
  seq    INTEGER PRIMARY KEY,
  id     TEXT    NOT NULL,
  person TEXT    NOT NULL,
  body   BLOB    NOT NULL,
  seen   INTEGER NOT NULL,
  UNIQUE (id, person)
) STRICT;

CREATE INDEX history_answered ON history (person, at) WHERE what='answered';
CREATE INDEX request_unread ON request (person) WHERE unread=1;

-- What a person does with a request that the portal has, and what of it has not
-- reached the portal yet. A reply being written is one too. It goes once the portal
-- has it: as a message its id is the act's, and its files stay where they are.
CREATE TABLE act (
  seq         INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  person      TEXT    NOT NULL,
  practice    TEXT    NOT NULL,
  request     TEXT    NOT NULL,
  kind        TEXT    NOT NULL,
  body        BLOB    NOT NULL,
  status      TEXT    NOT NULL, -- draft, or one of a request on its way
  reason      TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  doubt       INTEGER NOT NULL, -- whether the portal may have it
  next_at     INTEGER NOT NULL,
  lease_until INTEGER,
  deleted_at  INTEGER, -- a reply that was thrown away
  UNIQUE (id, person)
) STRICT;
CREATE INDEX act_of_request ON act (request, person);
CREATE INDEX act_waiting ON act (status) WHERE status NOT IN ('draft', 'to-correct');
