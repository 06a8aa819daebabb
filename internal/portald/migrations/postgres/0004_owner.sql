-- Whose the files are: they lie apart from the rows, and bear this id too. It is made
-- once; a backup has it.
CREATE TABLE portal (
  one bigint PRIMARY KEY CHECK (one = 1),
  id  text   NOT NULL
);
INSERT INTO portal (one, id) VALUES (1, replace(gen_random_uuid()::text, '-', ''));
