-- What a person shows to the portal, sealed for them; NULL when they have signed
-- out. The column token is not used any more.
ALTER TABLE person ADD COLUMN tokens BLOB;
