-- What whoever runs the portal looks at and does: figures, sign-ins to the pages,
-- and contents that were purged.

ALTER TABLE request ADD COLUMN purged_at INTEGER; -- its content is not here any more
ALTER TABLE message ADD COLUMN purged INTEGER NOT NULL DEFAULT 0; -- nor is what this said
CREATE INDEX request_received ON request (received_at) WHERE received_at IS NOT NULL;
CREATE INDEX request_closed ON request (closed_at) WHERE closed_at IS NOT NULL;

ALTER TABLE message_file ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
UPDATE message_file SET size=coalesce((SELECT json_extract(f.value, '$.size') FROM message, json_each(message.files) f
  WHERE message.id=message_file.message AND json_extract(f.value, '$.id')=message_file.id), 0);

ALTER TABLE helpdesk ADD COLUMN asked_at INTEGER; -- when it was asked last what changed
ALTER TABLE helpdesk ADD COLUMN failed TEXT NOT NULL DEFAULT ''; -- why that did not work

CREATE TABLE secret (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL -- in hex
) STRICT, WITHOUT ROWID;

-- What may be used once: sign-ins that were answered, and sessions that were ended.
CREATE TABLE spent (
  id    TEXT    PRIMARY KEY,
  until INTEGER NOT NULL -- behind that it is good for nothing anyway
) STRICT, WITHOUT ROWID;
