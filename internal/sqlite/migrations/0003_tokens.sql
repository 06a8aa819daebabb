-- What a person shows to the portal, sealed for them; NULL when they have signed
-- out.
ALTER TABLE person ADD COLUMN tokens BLOB;
