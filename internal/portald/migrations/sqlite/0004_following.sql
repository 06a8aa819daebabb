-- What following a request needs. feed counts the changes: each change of a
-- numbered request, and each time that one is not to be seen any more, takes the
-- next number.

CREATE TABLE feed (
  only   INTEGER PRIMARY KEY CHECK (only=1),
  epoch  TEXT    NOT NULL, -- of this store: a cursor of another one means nothing here
  change INTEGER NOT NULL, -- given last
  swept  INTEGER NOT NULL  -- the last change of which gone has no row any more
) STRICT;
INSERT INTO feed (only, epoch, change, swept)
  SELECT 1, lower(hex(randomblob(8))), coalesce(max(change), 0), 0 FROM request;

-- Who does not see a request any more: the person, and whoever oversees the
-- practice if there is one.
CREATE TABLE gone (
  seq      INTEGER PRIMARY KEY,
  change   INTEGER NOT NULL,
  request  TEXT    NOT NULL,
  person   TEXT    NOT NULL,
  practice TEXT    NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX gone_change ON gone (change);
CREATE INDEX gone_at ON gone (at);

ALTER TABLE request ADD COLUMN priority TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN taken_at INTEGER;
ALTER TABLE request ADD COLUMN answered_at INTEGER;
ALTER TABLE request ADD COLUMN closed_at INTEGER;
UPDATE request SET answered_at=(SELECT min(at) FROM message WHERE message.request=request.id AND support=1) WHERE number IS NOT NULL;
UPDATE request SET taken_at=coalesce(answered_at, updated_at) WHERE number IS NOT NULL AND status<>'received';
UPDATE request SET closed_at=updated_at WHERE number IS NOT NULL AND status IN ('resolved', 'closed', 'withdrawn');
CREATE INDEX request_author ON request (author, change) WHERE change IS NOT NULL;
CREATE INDEX request_practice ON request (practice, change) WHERE change IS NOT NULL;

CREATE TABLE watcher (
  request TEXT NOT NULL REFERENCES request (id) ON DELETE CASCADE,
  person  TEXT NOT NULL,
  name    TEXT NOT NULL,
  PRIMARY KEY (request, person)
) STRICT, WITHOUT ROWID;
INSERT INTO watcher (request, person, name)
  SELECT id, author, coalesce(json_extract(CAST(body AS TEXT), '$.authorName'), author) FROM request WHERE number IS NOT NULL;

CREATE TABLE act (
  id      TEXT    PRIMARY KEY,
  request TEXT    NOT NULL REFERENCES request (id) ON DELETE CASCADE,
  person  TEXT    NOT NULL,
  kind    TEXT    NOT NULL,
  digest  TEXT    NOT NULL, -- of the content, to tell a repeat from another one
  done_at INTEGER NOT NULL, -- at the desk
  at      INTEGER NOT NULL
) STRICT;
CREATE INDEX act_request ON act (request);

-- A message is received once each of its files is; until then at is when it was
-- announced. files are those announced, as JSON.
ALTER TABLE message ADD COLUMN html TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
ALTER TABLE message ADD COLUMN received INTEGER NOT NULL DEFAULT 1;
ALTER TABLE message ADD COLUMN written_at INTEGER;
DROP INDEX message_of_request;
CREATE INDEX message_of_request ON message (request, at);
CREATE INDEX message_waiting ON message (at) WHERE received=0;

CREATE TABLE message_file (
  message  TEXT    NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  id       TEXT    NOT NULL,
  received INTEGER NOT NULL,
  PRIMARY KEY (message, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX seen_practice ON seen (practice);
