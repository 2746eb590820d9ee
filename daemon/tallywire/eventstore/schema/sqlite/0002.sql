-- Schema 2: what a file is beyond its name, size and time; and the index by which near copies of a text are found.

ALTER TABLE file ADD COLUMN identity TEXT;

-- `shingle` is the hash of a run of words; each article has its few smallest ones here. Not derived from events but from
-- the texts, which a redaction takes away together with these rows.
CREATE TABLE sketch (
  shingle INTEGER NOT NULL,
  article TEXT NOT NULL,
  PRIMARY KEY (shingle, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX sketch_by_article ON sketch (article);
