-- Who has been at the portal with which roles, so that a practice can be told
-- who its Admins are. A row per practice, replaced when the roles change.

CREATE TABLE seen (
  person   TEXT    NOT NULL,
  practice TEXT    NOT NULL,
  name     TEXT    NOT NULL,
  admin    INTEGER NOT NULL, -- may write administrative requests
  at       INTEGER NOT NULL, -- unix milliseconds, to the day
  PRIMARY KEY (person, practice)
) STRICT;
CREATE INDEX seen_admin ON seen (practice) WHERE admin=1;
