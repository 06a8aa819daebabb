-- Whose the files are: they lie apart from the rows, and bear this id too. It is made
-- once; a backup has it.
CREATE TABLE portal (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id  TEXT    NOT NULL
) STRICT;
INSERT INTO portal (one, id) VALUES (1, lower(hex(randomblob(16))));
