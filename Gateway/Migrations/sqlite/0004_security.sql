-- Keys without their secrets. What was revoked or has expired is kept, because the audit log names it.
CREATE TABLE gateway_api_keys (
  id                   TEXT NOT NULL PRIMARY KEY,
  name                 TEXT NOT NULL,
  scope                TEXT NOT NULL CHECK (scope IN ('read', 'run', 'admin')),
  digest               BLOB NOT NULL,
  requests_per_minute  INTEGER,
  created_at           TEXT NOT NULL,
  expires_at           TEXT,
  revoked_at           TEXT,
  last_used_at         TEXT
);

-- Who decided what; only added to.
CREATE TABLE gateway_audit (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  at       TEXT NOT NULL,
  caller   TEXT NOT NULL,
  key_id   TEXT NOT NULL,
  address  TEXT NOT NULL,
  action   TEXT NOT NULL,
  status   INTEGER NOT NULL
);
