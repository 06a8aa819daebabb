-- Whether the portal may have the request although no attempt has told so.
ALTER TABLE job ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;
