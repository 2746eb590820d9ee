-- Schema 1: the log, the evidence, and the operational tables. A later schema is a file 0002.sql that starts from here.
-- Views of the log are in views.sql: they can be made anew at any time, so they have no history.

CREATE TABLE event (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  schema INTEGER NOT NULL,
  data TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  cause INTEGER,
  correlation TEXT,
  "by" TEXT NOT NULL,
  data_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (stream, version)
) STRICT;

-- What a redaction is about to write. Rows live within its transaction only; `verify` reports any that is left.
CREATE TABLE redacting (
  position INTEGER PRIMARY KEY,
  article TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;

-- The log only grows at its end. This also stops INSERT OR REPLACE, which goes past triggers on UPDATE and DELETE.
CREATE TRIGGER event_grows_at_its_end BEFORE INSERT ON event
WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM event)
  OR NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM event WHERE stream = NEW.stream)
BEGIN
  SELECT RAISE(ABORT, 'events are only appended, by Tallywire');
END;

CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event
BEGIN
  SELECT RAISE(ABORT, 'events are never deleted');
END;

-- The one exception is a payload that a redaction has announced, word for word, for this position; each announcement
-- serves once (the next trigger).
CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
WHEN OLD.position IS NOT NEW.position
  OR OLD.stream IS NOT NEW.stream
  OR OLD.version IS NOT NEW.version
  OR OLD.type IS NOT NEW.type
  OR OLD.schema IS NOT NEW.schema
  OR OLD.recorded_at IS NOT NEW.recorded_at
  OR OLD.cause IS NOT NEW.cause
  OR OLD.correlation IS NOT NEW.correlation
  OR OLD."by" IS NOT NEW."by"
  OR OLD.data_hash IS NOT NEW.data_hash
  OR OLD.hash IS NOT NEW.hash
  OR NOT EXISTS (SELECT 1 FROM redacting WHERE position = OLD.position AND data = NEW.data)
BEGIN
  SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER event_redaction_serves_once AFTER UPDATE ON event
BEGIN
  DELETE FROM redacting WHERE position = OLD.position;
END;

-- Evidence. `data` is compressed with zlib; offsets of claims refer to `text`, which `reader` made.
CREATE TABLE original (article TEXT NOT NULL PRIMARY KEY, data BLOB NOT NULL) STRICT;
CREATE TABLE clean_text (article TEXT NOT NULL PRIMARY KEY, reader TEXT NOT NULL, text TEXT NOT NULL) STRICT;

CREATE TRIGGER original_is_kept_once BEFORE INSERT ON original
WHEN EXISTS (SELECT 1 FROM original WHERE article = NEW.article)
BEGIN
  SELECT RAISE(ABORT, 'evidence is never replaced');
END;

CREATE TRIGGER original_is_not_changed BEFORE UPDATE ON original
BEGIN
  SELECT RAISE(ABORT, 'evidence is never changed');
END;

CREATE TRIGGER original_is_not_deleted BEFORE DELETE ON original
WHEN NOT EXISTS (SELECT 1 FROM redacting WHERE article = OLD.article)
BEGIN
  SELECT RAISE(ABORT, 'evidence is deleted by a redaction only');
END;

CREATE TRIGGER clean_text_is_kept_once BEFORE INSERT ON clean_text
WHEN EXISTS (SELECT 1 FROM clean_text WHERE article = NEW.article)
BEGIN
  SELECT RAISE(ABORT, 'evidence is never replaced');
END;

CREATE TRIGGER clean_text_is_not_changed BEFORE UPDATE ON clean_text
BEGIN
  SELECT RAISE(ABORT, 'evidence is never changed');
END;

CREATE TRIGGER clean_text_is_not_deleted BEFORE DELETE ON clean_text
WHEN NOT EXISTS (SELECT 1 FROM redacting WHERE article = OLD.article)
BEGIN
  SELECT RAISE(ABORT, 'evidence is deleted by a redaction only');
END;

-- What is on its way; not derived from events.
CREATE TABLE file (
  path TEXT NOT NULL PRIMARY KEY,
  size INTEGER,
  mtime_ns INTEGER,
  state TEXT,
  reason TEXT,
  article TEXT,
  first_seen TEXT,
  last_seen TEXT,
  tries INTEGER
) STRICT;
CREATE INDEX file_by_state ON file (state);
CREATE INDEX file_by_article ON file (article);

CREATE TABLE attempt (
  alert TEXT NOT NULL,
  channel TEXT NOT NULL,
  attempts INTEGER,
  due TEXT,
  leased_until TEXT,
  last_error TEXT,
  last_at TEXT,
  is_open INTEGER,
  PRIMARY KEY (alert, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (name TEXT NOT NULL PRIMARY KEY, position INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value_json TEXT) STRICT, WITHOUT ROWID;

-- The store's notes to itself ("views": what made the view tables).
CREATE TABLE store_note (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
