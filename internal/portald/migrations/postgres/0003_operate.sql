-- What whoever runs the portal looks at and does: figures, sign-ins to the pages,
-- and contents that were purged.

ALTER TABLE request ADD COLUMN purged_at bigint; -- its content is not here any more
ALTER TABLE message ADD COLUMN purged bigint NOT NULL DEFAULT 0; -- nor is what this said
CREATE INDEX request_received ON request (received_at) WHERE received_at IS NOT NULL;
CREATE INDEX request_closed ON request (closed_at) WHERE closed_at IS NOT NULL;

ALTER TABLE message_file ADD COLUMN size bigint NOT NULL DEFAULT 0;
UPDATE message_file SET size=coalesce((SELECT (f->>'size')::bigint FROM message, jsonb_array_elements(message.files::jsonb) f
  WHERE message.id=message_file.message AND f->>'id'=message_file.id), 0);

ALTER TABLE helpdesk ADD COLUMN asked_at bigint; -- when it was asked last what changed
ALTER TABLE helpdesk ADD COLUMN failed text NOT NULL DEFAULT ''; -- why that did not work

CREATE TABLE secret (
  name  text PRIMARY KEY,
  value text NOT NULL -- in hex
);

-- What may be used once: sign-ins that were answered, and sessions that were ended.
CREATE TABLE spent (
  id    text   PRIMARY KEY,
  until bigint NOT NULL -- behind that it is good for nothing anyway
);
