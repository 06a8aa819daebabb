-- The mappings of which a help desk had everything once, by the SHA-256 of their files.
CREATE TABLE vouched (
  digest text   PRIMARY KEY, -- hex
  at     bigint NOT NULL
);
