-- Folded from the log by eventstore/views.py; dropped and made anew whenever this file or that projection changes.
-- ANY keeps integers and floats apart.

CREATE TABLE article (
  id TEXT NOT NULL PRIMARY KEY,
  path TEXT,
  title TEXT,
  outlet TEXT,
  author TEXT,
  url TEXT,
  published TEXT,
  published_from TEXT,
  reader TEXT,
  media TEXT,
  size INTEGER,
  received_at TEXT,
  position INTEGER,
  is_quiet INTEGER,
  is_redacted INTEGER,
  is_dated INTEGER,
  page TEXT,
  group_id TEXT,
  replaced_by TEXT
) STRICT;
CREATE INDEX article_by_position ON article (position);
CREATE INDEX article_by_page ON article (page);
CREATE INDEX article_by_group ON article (group_id);

CREATE TABLE likeness (group_id TEXT NOT NULL PRIMARY KEY, least TEXT, members INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE sighting (
  path TEXT NOT NULL,
  article TEXT NOT NULL,
  seen_at TEXT,
  PRIMARY KEY (path, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_by_article ON sighting (article);

CREATE TABLE rejection (
  id TEXT NOT NULL PRIMARY KEY,
  path TEXT,
  size INTEGER,
  mtime_ns INTEGER,
  reason TEXT,
  detail TEXT,
  rejected_at TEXT
) STRICT;

CREATE TABLE claim (
  id TEXT NOT NULL PRIMARY KEY,
  article TEXT,
  estimate TEXT,
  low ANY,
  high ANY,
  bound TEXT,
  kind TEXT,
  status TEXT,
  noun TEXT,
  source TEXT,
  as_of TEXT,
  basis TEXT,
  quote TEXT,
  start_at INTEGER,
  end_at INTEGER,
  number_start INTEGER,
  number_end INTEGER,
  sentence TEXT,
  rule TEXT,
  extractor TEXT,
  onto ANY,
  is_correction INTEGER,
  state TEXT,
  is_confirmed INTEGER,
  state_reason TEXT,
  position INTEGER,
  changed_at TEXT,
  verdict_by TEXT
) STRICT;
CREATE INDEX claim_by_estimate ON claim (estimate, position); -- in this order: the newest one is asked for all day
CREATE INDEX claim_by_article ON claim (article);

CREATE TABLE estimate (
  id TEXT NOT NULL PRIMARY KEY,
  title TEXT,
  definition_json TEXT,
  fingerprint TEXT,
  state_json TEXT,
  revisions INTEGER,
  revised_at TEXT,
  revised_position INTEGER,
  contradiction_json TEXT,
  pin_json TEXT,
  rebased_json TEXT,
  snooze_json TEXT,
  is_retired INTEGER
) STRICT;

CREATE TABLE sources (id TEXT NOT NULL PRIMARY KEY, entries_json TEXT, fingerprint TEXT) STRICT;

CREATE TABLE alert (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT,
  estimate TEXT,
  severity TEXT,
  title TEXT,
  text TEXT,
  reason TEXT,
  channels_json TEXT,
  before_json TEXT,
  after_json TEXT,
  evidence_json TEXT,
  corrects TEXT,
  revision INTEGER,
  raised_at TEXT,
  position INTEGER,
  acknowledged_at TEXT
) STRICT;
CREATE INDEX alert_by_position ON alert (position);
CREATE INDEX alert_by_estimate ON alert (estimate);

CREATE TABLE delivery (
  alert TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT,
  queued_at TEXT,
  settled_at TEXT,
  attempts INTEGER,
  is_repeat INTEGER,
  error TEXT,
  position INTEGER,
  PRIMARY KEY (alert, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_by_state ON delivery (state, channel, position);
CREATE INDEX delivery_by_position ON delivery (position);

CREATE TABLE notified (
  estimate TEXT NOT NULL,
  rule TEXT NOT NULL,
  value_json TEXT,
  alert TEXT,
  PRIMARY KEY (estimate, rule)
) STRICT, WITHOUT ROWID;
