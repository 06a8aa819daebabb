-- What was said of files and of numbers in texts, and what the guard had seen of
-- them. It stays when they go, and is never altered: who says something else says
-- it anew.
CREATE TABLE statement (
  seq      INTEGER PRIMARY KEY,
  id       TEXT    NOT NULL,
  person   TEXT    NOT NULL,
  practice TEXT    NOT NULL,
  item     TEXT    NOT NULL, -- of the draft, later of the request, or of the reply
  file     TEXT    NOT NULL, -- empty for a text
  field    TEXT    NOT NULL, -- of a text; empty for a file
  sha256   TEXT    NOT NULL, -- of the file's bytes; of a text it stands in body
  said_by  TEXT    NOT NULL,
  said_at  INTEGER NOT NULL,
  wording  TEXT    NOT NULL, -- version; empty for a text
  body     BLOB    NOT NULL,
  UNIQUE (id, person)
) STRICT;
CREATE INDEX statement_of_item ON statement (item, person);
CREATE INDEX statement_said ON statement (person, said_at);

-- When the bytes of a file were taken from this PC, since the portal has them; NULL
-- if they never were.
ALTER TABLE file ADD COLUMN released_at INTEGER;
