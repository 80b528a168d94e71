CREATE TABLE gateway_runs (
  id          TEXT PRIMARY KEY,
  task_type   TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('accepted', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled')),
  request     TEXT NOT NULL,
  description TEXT,
  output      TEXT,
  error       TEXT,
  created_at  TEXT NOT NULL,
  started_at  TEXT,
  finished_at TEXT
);

CREATE TABLE gateway_steps (
  run_id           TEXT NOT NULL REFERENCES gateway_runs (id) ON DELETE CASCADE,
  step             TEXT NOT NULL,
  state            TEXT NOT NULL CHECK (state IN
                     ('queued', 'dispatched', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled')),
  queue            TEXT NOT NULL,
  timeout_seconds  REAL NOT NULL,
  attempt          INTEGER NOT NULL DEFAULT 1,
  claim_id         TEXT,
  worker           TEXT,
  failed_count     INTEGER NOT NULL DEFAULT 0,
  lost_count       INTEGER NOT NULL DEFAULT 0,
  progress_percent REAL,
  progress_message TEXT,
  sends            INTEGER NOT NULL DEFAULT 0,
  dispatched_at    TEXT,
  resend_at        TEXT,
  lease_until      TEXT,
  deadline_at      TEXT,
  finished_at      TEXT,
  PRIMARY KEY (run_id, step)
);

CREATE INDEX gateway_steps_unfinished ON gateway_steps (state) WHERE state IN ('dispatched', 'running');

CREATE TABLE gateway_outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id       TEXT NOT NULL REFERENCES gateway_runs (id) ON DELETE CASCADE,
  step         TEXT NOT NULL,
  attempt      INTEGER NOT NULL,
  queue        TEXT NOT NULL,
  available_at TEXT NOT NULL,
  tries        INTEGER NOT NULL DEFAULT 0,
  last_error   TEXT,
  UNIQUE (run_id, step, attempt)
);

CREATE INDEX gateway_outbox_due ON gateway_outbox (available_at, id);
