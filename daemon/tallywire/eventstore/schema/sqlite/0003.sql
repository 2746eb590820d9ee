-- Schema 3: the fold's newest state of an estimate, so that one more claim costs one step. Made anew from the claims
-- whenever it does not fit; nothing else is derived from it.

CREATE TABLE fold (estimate TEXT NOT NULL PRIMARY KEY, position INTEGER, state_json TEXT) STRICT, WITHOUT ROWID;

-- What each originator, outlet or group of near copies said so far: first day, first claim, how sharp. `figure` is the
-- role with low and high.
CREATE TABLE statement (
  estimate TEXT NOT NULL,
  voice TEXT NOT NULL,
  figure TEXT NOT NULL,
  day TEXT,
  claim TEXT,
  sharpness INTEGER,
  PRIMARY KEY (estimate, voice, figure)
) STRICT, WITHOUT ROWID;
