-- A database of schema 4, as released: what it was made of then, and rows of
-- every table. Never alter it: TestUpgrade brings it to the newest schema.
BEGIN;
CREATE TABLE draft (
  seq        INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL UNIQUE,
  revision   INTEGER NOT NULL,
  person     TEXT    NOT NULL,
  practice   TEXT    NOT NULL,
  body       BLOB    NOT NULL,
  created_at INTEGER NOT NULL,
  saved_at   INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE TABLE request (
  seq           INTEGER PRIMARY KEY,
  id            TEXT    NOT NULL,
  revision      INTEGER NOT NULL,
  person        TEXT    NOT NULL,
  practice      TEXT    NOT NULL,
  catalogue     INTEGER NOT NULL,
  type          TEXT    NOT NULL,
  category      TEXT    NOT NULL,
  road          TEXT    NOT NULL,
  status        TEXT    NOT NULL,
  reason        TEXT    NOT NULL,
  number        TEXT    NOT NULL,
  portal_status TEXT    NOT NULL,
  body          BLOB    NOT NULL,
  written_at    INTEGER NOT NULL,
  submitted_at  INTEGER NOT NULL,
  sent_at       INTEGER,
  received_at   INTEGER,
  answered_at   INTEGER,
  updated_at    INTEGER NOT NULL,
  UNIQUE (id, person)
) STRICT;
CREATE INDEX request_by_reader ON request (person, updated_at);
CREATE INDEX request_waiting ON request (status) WHERE status <> 'received';
CREATE TABLE job (
  id          INTEGER PRIMARY KEY,
  request     INTEGER NOT NULL UNIQUE REFERENCES request (seq) ON DELETE CASCADE,
  person      TEXT    NOT NULL,
  practice    TEXT    NOT NULL,
  attempt     INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  lease_until INTEGER
) STRICT;
CREATE INDEX job_due ON job (next_at);
CREATE TABLE file (
  seq              INTEGER PRIMARY KEY,
  id               TEXT    NOT NULL,
  person           TEXT    NOT NULL,
  practice         TEXT    NOT NULL,
  item             TEXT    NOT NULL,
  name             BLOB    NOT NULL,
  size             INTEGER NOT NULL,
  media            TEXT    NOT NULL,
  sha256           TEXT    NOT NULL,
  stored           TEXT    NOT NULL, 
  confirmed_by     TEXT    NOT NULL,
  confirmed_at     INTEGER NOT NULL,
  confirmed_as     TEXT    NOT NULL, 
  confirmed_sha256 TEXT    NOT NULL,
  removed_at       INTEGER,
  UNIQUE (id, person)
) STRICT;
CREATE INDEX file_of_item ON file (item);
CREATE INDEX file_stored ON file (stored);
CREATE INDEX file_same_bytes ON file (person, sha256);
CREATE TABLE message (
  seq      INTEGER PRIMARY KEY,
  id       TEXT    NOT NULL,
  person   TEXT    NOT NULL,
  practice TEXT    NOT NULL,
  request  TEXT    NOT NULL,
  author   BLOB    NOT NULL,
  support  INTEGER NOT NULL,
  body     BLOB    NOT NULL,
  at       INTEGER NOT NULL,
  UNIQUE (id, person)
) STRICT;
CREATE INDEX message_of_request ON message (request, person, at);
CREATE TABLE history (
  seq     INTEGER PRIMARY KEY,
  person  TEXT    NOT NULL,
  request TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  what    TEXT    NOT NULL,
  code    TEXT    NOT NULL
) STRICT;
CREATE INDEX history_of_request ON history (request, person);
CREATE TABLE catalogue (
  version    INTEGER PRIMARY KEY,
  etag       TEXT    NOT NULL,
  body       BLOB    NOT NULL,
  fetched_at INTEGER NOT NULL
) STRICT;
CREATE TABLE person (
  id      TEXT    PRIMARY KEY,
  token   TEXT    NOT NULL,
  body    BLOB    NOT NULL,
  cursor  TEXT    NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
ALTER TABLE job ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN tokens BLOB;
INSERT INTO setting VALUES('language','fr');
INSERT INTO setting VALUES('theme','dark');
INSERT INTO person VALUES('demo-claire','5d41402abc4b2a76b9719d911017c592ae5f7e3c',CAST('{"ID":"demo-claire","Name":"Claire Morel","Practices":[{"ID":"cabinet-tilleuls","Name":"Cabinet des Tilleuls","Town":"Angers","Roles":["secretary"]}]}' AS BLOB),'41',1764061200000,CAST('{"access":"eines","refresh":"anderes"}' AS BLOB));
INSERT INTO person VALUES('demo-marc','7c211433f02071597741e6ff5a8ea34789abbf43',CAST('{"ID":"demo-marc","Name":"Marc Petit"}' AS BLOB),'',1764061200000,NULL);
INSERT INTO catalogue VALUES(2,'"v2"',CAST('{"version":2}' AS BLOB),1764061200000);
INSERT INTO draft VALUES(1,'019ab9d0-0001-7000-8000-000000000001',3,'demo-claire','cabinet-tilleuls',CAST('{"road":"assistant","step":"details","catalogue":1,"type":"administrative","category":"invoice-question","values":{"subject":"Facture de novembre en double","description":"La facture F-2291 est arrivée deux fois.\nNous n’en devons qu’une."}}' AS BLOB),1764061201000,1764061202000,NULL);
INSERT INTO draft VALUES(2,'019ab9d0-0002-7000-8000-000000000002',1,'','',CAST('{"road":"form","step":"details","catalogue":1,"type":"","category":"","values":{}}' AS BLOB),1764061202000,1764061204000,NULL);
INSERT INTO draft VALUES(4,'019ab9d0-0004-7000-8000-000000000004',7,'demo-claire','cabinet-tilleuls',CAST('{"road":"form","step":"details","catalogue":1,"type":"technical","category":"software","values":{"subject":"Agenda lent","description":"L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. L’agenda met une minute à s’ouvrir depuis la mise à jour. "},"problems":[{"field":"description","code":"too-long","max":4000,"actual":5310}]}' AS BLOB),1764061204000,1764061208000,NULL);
INSERT INTO draft VALUES(5,'019ab9d0-0005-7000-8000-000000000005',2,'demo-marc','cabinet-saint-michel',CAST('{"road":"form","step":"files","catalogue":1,"type":"administrative","category":"contract-termination","values":{"subject":"Résiliation","description":"Veuillez trouver le courrier."}}' AS BLOB),1764061205000,1764061210000,1764061290000);
INSERT INTO request VALUES(1,'019ab9d0-0010-7000-8000-000000000010',2,'demo-claire','cabinet-tilleuls',1,'administrative','invoice-question','assistant','received','','G-2025-0101','waiting',CAST('{"values":{"subject":"Avoir non reçu","description":"Bonjour, merci de corriger."}}' AS BLOB),1764061216000,1764061232000,1764061217000,1764061218000,1764061260000,1764061248000);
INSERT INTO request VALUES(2,'019ab9d0-0011-7000-8000-000000000011',1,'demo-claire','cabinet-tilleuls',1,'administrative','invoice-question','assistant','queued','','','',CAST('{"values":{"subject":"Commande de rouleaux","description":"Bonjour, merci de corriger."}}' AS BLOB),1764061217000,1764061234000,NULL,NULL,NULL,1764061251000);
INSERT INTO request VALUES(3,'019ab9d0-0012-7000-8000-000000000012',4,'demo-claire','cabinet-tilleuls',1,'administrative','invoice-question','assistant','unknown','timeout','','',CAST('{"values":{"subject":"Changement de RIB","description":"Bonjour, merci de corriger."}}' AS BLOB),1764061218000,1764061236000,1764061219000,NULL,NULL,1764061254000);
INSERT INTO request VALUES(5,'019ab9d0-0013-7000-8000-000000000013',1,'demo-claire','cabinet-tilleuls',1,'administrative','invoice-question','assistant','needs-sign-in','sign-in','','',CAST('{"values":{"subject":"Contrat de maintenance","description":"Bonjour, merci de corriger."}}' AS BLOB),1764061219000,1764061238000,NULL,NULL,NULL,1764061257000);
INSERT INTO request VALUES(6,'019ab9d0-0014-7000-8000-000000000014',1,'demo-claire','cabinet-tilleuls',1,'administrative','invoice-question','assistant','to-correct','invalid','','',CAST('{"values":{"subject":"Trop court","description":""},"problems":[{"field":"description","code":"required"}]}' AS BLOB),1764061220000,1764061240000,1764061221000,NULL,NULL,1764061260000);
INSERT INTO request VALUES(7,'019ab9d0-0015-7000-8000-000000000015',1,'demo-claire','cabinet-tilleuls',1,'administrative','invoice-question','assistant','cancelled','','','',CAST('{"values":{"subject":"Envoyée par erreur","description":"Bonjour, merci de corriger."}}' AS BLOB),1764061221000,1764061242000,NULL,NULL,NULL,1764061263000);
INSERT INTO request VALUES(8,'019ab9d0-0016-7000-8000-000000000016',1,'demo-marc','cabinet-saint-michel',1,'administrative','invoice-question','assistant','sending','','','',CAST('{"values":{"subject":"Facture de Marc","description":"Bonjour, merci de corriger."}}' AS BLOB),1764061222000,1764061244000,1764061223000,NULL,NULL,1764061266000);
INSERT INTO request VALUES(9,'019ab9d0-0010-7000-8000-000000000010',2,'demo-marc','cabinet-tilleuls',1,'administrative','invoice-question','assistant','received','','G-2025-0101','waiting',CAST('{"values":{"subject":"Avoir non reçu","description":"Bonjour, merci de corriger."}}' AS BLOB),1764061216000,1764061232000,NULL,1764061218000,1764061260000,1764061248000);
INSERT INTO file VALUES(1,'019ab9d0-0030-7000-8000-000000000030','demo-claire','cabinet-tilleuls','019ab9d0-0001-7000-8000-000000000001',CAST('"facture F-2291.pdf"' AS BLOB),20480,'application/pdf','000000000000000000000000000000000000000000000000000000000005ccd0','K4TQH2ZLVZ5CDN6Q7XWJ2P3RSA','demo-claire',1764061200000,'2026-1','000000000000000000000000000000000000000000000000000000000005ccd0',NULL);
INSERT INTO file VALUES(2,'019ab9d0-0031-7000-8000-000000000031','demo-claire','cabinet-tilleuls','019ab9d0-0001-7000-8000-000000000001',CAST('"relevé.pdf"' AS BLOB),20480,'application/pdf','000000000000000000000000000000000000000000000000000000000005ebbf','BQ7T3M5ZK2WJ4H6N8RXDVSLAPC','demo-claire',1764061200000,'2026-1','000000000000000000000000000000000000000000000000000000000005ebbf',1764061203000);
INSERT INTO file VALUES(3,'019ab9d0-0032-7000-8000-000000000032','demo-claire','cabinet-tilleuls','019ab9d0-0010-7000-8000-000000000010',CAST('"avoir.pdf"' AS BLOB),20480,'application/pdf','0000000000000000000000000000000000000000000000000000000000060aae','ZX6D2K9M4T7W3N8QHJ5RVSLAPB','demo-claire',1764061200000,'2026-1','0000000000000000000000000000000000000000000000000000000000060aae',NULL);
INSERT INTO file VALUES(4,'019ab9d0-0033-7000-8000-000000000033','demo-claire','cabinet-tilleuls','019ab9d0-0011-7000-8000-000000000011',CAST('"bon de commande.pdf"' AS BLOB),20480,'application/pdf','000000000000000000000000000000000000000000000000000000000006299d','HN3R7V2XK9T5W8MQJ4D6ZSLAPE','demo-claire',1764061200000,'2026-1','000000000000000000000000000000000000000000000000000000000006299d',NULL);
INSERT INTO file VALUES(5,'019ab9d0-0032-7000-8000-000000000032','demo-marc','cabinet-tilleuls','019ab9d0-0010-7000-8000-000000000010',CAST('"avoir.pdf"' AS BLOB),20480,'application/pdf','0000000000000000000000000000000000000000000000000000000000060aae','','demo-marc',1764061200000,'2026-1','0000000000000000000000000000000000000000000000000000000000060aae',NULL);
INSERT INTO message VALUES(1,'019ab9d0-0040-7000-8000-000000000040','demo-claire','cabinet-tilleuls','019ab9d0-0010-7000-8000-000000000010',CAST('"Support"' AS BLOB),1,CAST('"Pouvez-vous joindre l’avoir ?"' AS BLOB),1764061260064);
INSERT INTO message VALUES(2,'019ab9d0-0041-7000-8000-000000000041','demo-claire','cabinet-tilleuls','019ab9d0-0010-7000-8000-000000000010',CAST('"Claire Morel"' AS BLOB),0,CAST('"Le voici."' AS BLOB),1764061260065);
INSERT INTO message VALUES(3,'019ab9d0-0040-7000-8000-000000000040','demo-marc','cabinet-tilleuls','019ab9d0-0010-7000-8000-000000000010',CAST('"Support"' AS BLOB),1,CAST('"Pouvez-vous joindre l’avoir ?"' AS BLOB),1764061260064);
INSERT INTO history VALUES(1,'demo-claire','019ab9d0-0010-7000-8000-000000000010',1764061232001,'queued','');
INSERT INTO history VALUES(2,'demo-claire','019ab9d0-0010-7000-8000-000000000010',1764061232002,'sending','');
INSERT INTO history VALUES(3,'demo-claire','019ab9d0-0010-7000-8000-000000000010',1764061232003,'received','');
INSERT INTO history VALUES(4,'demo-claire','019ab9d0-0010-7000-8000-000000000010',1764061232004,'answered','');
INSERT INTO history VALUES(5,'demo-claire','019ab9d0-0011-7000-8000-000000000011',1764061234005,'queued','');
INSERT INTO history VALUES(6,'demo-claire','019ab9d0-0012-7000-8000-000000000012',1764061236006,'queued','');
INSERT INTO history VALUES(7,'demo-claire','019ab9d0-0012-7000-8000-000000000012',1764061236007,'sending','');
INSERT INTO history VALUES(8,'demo-claire','019ab9d0-0012-7000-8000-000000000012',1764061236008,'unknown','timeout');
INSERT INTO history VALUES(9,'demo-claire','019ab9d0-0013-7000-8000-000000000013',1764061238009,'queued','');
INSERT INTO history VALUES(10,'demo-claire','019ab9d0-0013-7000-8000-000000000013',1764061238010,'needs-sign-in','sign-in');
INSERT INTO history VALUES(11,'demo-claire','019ab9d0-0014-7000-8000-000000000014',1764061240011,'queued','');
INSERT INTO history VALUES(12,'demo-claire','019ab9d0-0014-7000-8000-000000000014',1764061240012,'to-correct','invalid');
INSERT INTO history VALUES(13,'demo-claire','019ab9d0-0015-7000-8000-000000000015',1764061242013,'queued','');
INSERT INTO history VALUES(14,'demo-claire','019ab9d0-0015-7000-8000-000000000015',1764061242014,'cancelled','');
INSERT INTO history VALUES(15,'demo-marc','019ab9d0-0016-7000-8000-000000000016',1764061244015,'queued','');
INSERT INTO history VALUES(16,'demo-marc','019ab9d0-0016-7000-8000-000000000016',1764061244016,'sending','');
INSERT INTO history VALUES(17,'demo-marc','019ab9d0-0010-7000-8000-000000000010',1764061232017,'received','');
INSERT INTO job VALUES(1,2,'demo-claire','cabinet-tilleuls',0,1764061200000,NULL,0);
INSERT INTO job VALUES(2,3,'demo-claire','cabinet-tilleuls',3,1764061700000,NULL,1);
INSERT INTO job VALUES(4,5,'demo-claire','cabinet-tilleuls',1,1764061200000,NULL,0);
INSERT INTO job VALUES(5,8,'demo-marc','cabinet-saint-michel',1,1764061200000,1764061320000,0);
ALTER TABLE draft ADD COLUMN type TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN priority TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN mine INTEGER NOT NULL DEFAULT 1;
ALTER TABLE request ADD COLUMN watching INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN allowed TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN taken_at INTEGER;
ALTER TABLE request ADD COLUMN closed_at INTEGER;
ALTER TABLE request ADD COLUMN snapshot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN state TEXT AS (CASE WHEN status='received' AND portal_status<>'' THEN portal_status ELSE status END) VIRTUAL;
CREATE INDEX request_by_state ON request (person, state, updated_at);
CREATE INDEX request_by_priority ON request (person, priority, state);
ALTER TABLE person ADD COLUMN snapshot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN snapshot_total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN snapshot_done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN synced_at INTEGER;
ALTER TABLE person ADD COLUMN renewing INTEGER NOT NULL DEFAULT 0;
CREATE TABLE notice (
  seq     INTEGER PRIMARY KEY,
  person  TEXT    NOT NULL,
  request TEXT    NOT NULL,
  number  TEXT    NOT NULL,
  kind    TEXT    NOT NULL,
  code    TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  read_at INTEGER
) STRICT;
CREATE INDEX notice_of_person ON notice (person, seq);
CREATE TABLE view (
  seq    INTEGER PRIMARY KEY,
  id     TEXT    NOT NULL,
  person TEXT    NOT NULL,
  body   BLOB    NOT NULL,
  UNIQUE (id, person)
) STRICT;
CREATE TABLE contract (
  seq    INTEGER PRIMARY KEY,
  id     TEXT    NOT NULL,
  person TEXT    NOT NULL,
  body   BLOB    NOT NULL,
  seen   INTEGER NOT NULL,
  UNIQUE (id, person)
) STRICT;
CREATE INDEX history_answered ON history (person, at) WHERE what='answered';
CREATE INDEX request_unread ON request (person) WHERE unread=1;
CREATE TABLE act (
  seq         INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  person      TEXT    NOT NULL,
  practice    TEXT    NOT NULL,
  request     TEXT    NOT NULL,
  kind        TEXT    NOT NULL,
  body        BLOB    NOT NULL,
  status      TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  doubt       INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  lease_until INTEGER,
  deleted_at  INTEGER,
  UNIQUE (id, person)
) STRICT;
CREATE INDEX act_of_request ON act (request, person);
CREATE INDEX act_waiting ON act (status) WHERE status NOT IN ('draft', 'to-correct');
UPDATE draft SET type='administrative', category='invoice-question' WHERE seq IN (1, 5);
UPDATE draft SET type='technical', category='software' WHERE seq=4;
UPDATE request SET priority='high', unread=1, allowed='reply,withdraw,close,watch,watchers', taken_at=1764061250000, snapshot=2 WHERE seq=1;
UPDATE request SET mine=0, watching=1, allowed='reply,unwatch', taken_at=1764061250000 WHERE seq=9;
UPDATE person SET snapshot=2, synced_at=1764061900000 WHERE id='demo-claire';
UPDATE person SET snapshot=1, snapshot_total=40, snapshot_done=20 WHERE id='demo-marc';
INSERT INTO notice VALUES(1,'demo-claire','019ab9d0-0010-7000-8000-000000000010','G-2025-0101','status','in-progress',1764061250000,1764061300000);
INSERT INTO notice VALUES(2,'demo-claire','019ab9d0-0010-7000-8000-000000000010','G-2025-0101','answer','',1764061260000,NULL);
INSERT INTO view VALUES(1,'v-1','demo-claire',CAST('{"Name":"Ce qui attend","Query":{"States":["waiting"]}}' AS BLOB));
INSERT INTO contract VALUES(1,'c-1','demo-claire',CAST('{"ID":"c-1","Practice":"cabinet-tilleuls","Number":"CT-2291","Title":"Maintenance"}' AS BLOB),1764061900000);
INSERT INTO act VALUES(1,'019ab9d0-0050-7000-8000-000000000050','demo-claire','cabinet-tilleuls','019ab9d0-0010-7000-8000-000000000010','reply',CAST('{"text":"Voici ce qui manquait."}' AS BLOB),'draft','',1764061270000,1764061280000,0,0,0,NULL,NULL);
INSERT INTO act VALUES(2,'019ab9d0-0051-7000-8000-000000000051','demo-claire','cabinet-tilleuls','019ab9d0-0010-7000-8000-000000000010','watch',CAST('{"text":""}' AS BLOB),'queued','',1764061271000,1764061281000,1,1,1764061900000,NULL,NULL);
INSERT INTO act VALUES(4,'019ab9d0-0052-7000-8000-000000000052','demo-marc','cabinet-tilleuls','019ab9d0-0010-7000-8000-000000000010','reply',CAST('{"text":"Trop tard"}' AS BLOB),'to-correct','not-now',1764061272000,1764061282000,1,0,0,NULL,NULL);
PRAGMA application_id=1196771651;
PRAGMA user_version=4;
COMMIT;
