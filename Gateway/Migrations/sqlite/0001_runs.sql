-- Versions of workflow definitions. Never changed: a run keeps the one it was accepted with.
CREATE TABLE gateway_workflows (
  name       TEXT NOT NULL,
  version    INTEGER NOT NULL,
  definition TEXT NOT NULL,
  source     TEXT NOT NULL,
  digest     TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (name, version),
  UNIQUE (name, digest)
);

-- A run executes a version of a workflow, or one task (workflow = its task type, version absent).
CREATE TABLE gateway_runs (
  id                  TEXT PRIMARY KEY,
  workflow            TEXT NOT NULL,
  version             INTEGER,
  state               TEXT NOT NULL CHECK (state IN ('accepted', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled')),
  priority            INTEGER NOT NULL DEFAULT 5,
  input               TEXT NOT NULL,
  description         TEXT,
  output              TEXT,
  error               TEXT,
  dedup_key           TEXT,
  rerun_of            TEXT,
  schedule            TEXT,
  backfill_id         TEXT,
  slot                TEXT,
  callback            TEXT,
  trace_parent        TEXT,
  rev                 INTEGER NOT NULL DEFAULT 1,
  created_at          TEXT NOT NULL,
  started_at          TEXT,
  finished_at         TEXT,
  deadline_at         TEXT,
  cancel_requested_at TEXT,
  cancel_reason       TEXT
);

-- Ids are UUIDv7, so the order of ids is the order of acceptance, to the millisecond.
CREATE INDEX gateway_runs_workflow ON gateway_runs (workflow, id);
CREATE INDEX gateway_runs_failed ON gateway_runs (id) WHERE state IN ('failed', 'timed_out');
CREATE INDEX gateway_runs_unfinished ON gateway_runs (id) WHERE finished_at IS NULL;
CREATE INDEX gateway_runs_deadline ON gateway_runs (deadline_at) WHERE deadline_at IS NOT NULL AND finished_at IS NULL;
CREATE INDEX gateway_runs_finished ON gateway_runs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX gateway_runs_rerun ON gateway_runs (rerun_of) WHERE rerun_of IS NOT NULL;
CREATE UNIQUE INDEX gateway_runs_dedup ON gateway_runs (workflow, dedup_key) WHERE dedup_key IS NOT NULL AND finished_at IS NULL;
CREATE INDEX gateway_runs_slot ON gateway_runs (workflow, slot) WHERE slot IS NOT NULL;
CREATE UNIQUE INDEX gateway_runs_schedule_slot ON gateway_runs (schedule, slot) WHERE schedule IS NOT NULL;
CREATE UNIQUE INDEX gateway_runs_backfill_slot ON gateway_runs (backfill_id, slot) WHERE backfill_id IS NOT NULL AND rerun_of IS NULL;

-- step = name, or name[item] for one item of a foreach. A queued step is its own outbox row: it stays queued until the broker
-- has confirmed its message.
CREATE TABLE gateway_steps (
  run_id TEXT NOT NULL REFERENCES gateway_runs (id) ON DELETE CASCADE,
  step   TEXT NOT NULL,
  name   TEXT NOT NULL,
  item   INTEGER,
  state  TEXT NOT NULL CHECK (state IN ('waiting', 'expanded', 'queued', 'dispatched', 'running', 'cancelling',
                        'succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'upstream_failed', 'reused')),
  queue               TEXT NOT NULL,
  priority            INTEGER NOT NULL DEFAULT 5,
  request             TEXT,
  output              TEXT,
  error               TEXT,
  timeout_seconds     REAL NOT NULL,
  max_attempts        INTEGER NOT NULL,
  retry_delay_seconds REAL NOT NULL,
  concurrency_key     TEXT,
  concurrency_limit   INTEGER,
  attempt             INTEGER NOT NULL DEFAULT 1,
  claim_id            TEXT,
  worker              TEXT,
  failed_count        INTEGER NOT NULL DEFAULT 0,
  lost_count          INTEGER NOT NULL DEFAULT 0,
  progress_percent    REAL,
  progress_message    TEXT,
  available_at        TEXT,
  sends               INTEGER NOT NULL DEFAULT 0,
  unroutable_count    INTEGER NOT NULL DEFAULT 0,
  dispatched_at       TEXT,
  resend_at           TEXT,
  started_at          TEXT,
  lease_until         TEXT,
  deadline_at         TEXT,
  finished_at         TEXT,
  PRIMARY KEY (run_id, step)
);

CREATE INDEX gateway_steps_queued ON gateway_steps (queue, priority DESC, run_id) WHERE state = 'queued';
CREATE INDEX gateway_steps_unfinished ON gateway_steps (state, queue) WHERE state IN ('dispatched', 'running', 'cancelling');
CREATE INDEX gateway_steps_concurrency ON gateway_steps (concurrency_key)
  WHERE concurrency_key IS NOT NULL AND state IN ('dispatched', 'running', 'cancelling');

-- Attempts that were followed by another; the last one is in the step itself.
CREATE TABLE gateway_attempts (
  run_id        TEXT NOT NULL REFERENCES gateway_runs (id) ON DELETE CASCADE,
  step          TEXT NOT NULL,
  attempt       INTEGER NOT NULL,
  outcome       TEXT NOT NULL,
  worker        TEXT,
  error         TEXT,
  dispatched_at TEXT,
  started_at    TEXT,
  finished_at   TEXT NOT NULL,
  PRIMARY KEY (run_id, step, attempt)
);

-- What happened to a run; seq is its revision, taken under the lock of its row, so that it has no gaps that are filled later.
CREATE TABLE gateway_run_events (
  run_id  TEXT NOT NULL REFERENCES gateway_runs (id) ON DELETE CASCADE,
  seq     INTEGER NOT NULL,
  at      TEXT NOT NULL,
  type    TEXT NOT NULL,
  step    TEXT,
  attempt INTEGER,
  data    TEXT,
  PRIMARY KEY (run_id, seq)
);

CREATE TABLE gateway_step_logs (
  run_id  TEXT NOT NULL REFERENCES gateway_runs (id) ON DELETE CASCADE,
  step    TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  seq     INTEGER NOT NULL,
  at      TEXT NOT NULL,
  level   TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (run_id, step, attempt, seq)
);

-- What leaves the gateway other than steps: webhooks, mails, events. Sent at least once, deleted when it was taken.
CREATE TABLE gateway_outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT NOT NULL CHECK (kind IN ('webhook', 'mail', 'event')),
  run_id       TEXT NOT NULL,
  target       TEXT NOT NULL,
  body         TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  available_at TEXT NOT NULL,
  tries        INTEGER NOT NULL DEFAULT 0,
  last_error   TEXT
);

CREATE INDEX gateway_outbox_due ON gateway_outbox (available_at, id);

CREATE TABLE gateway_idempotency_keys (
  scope       TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  run_id      TEXT NOT NULL,
  created_at  TEXT NOT NULL,
  PRIMARY KEY (scope, key)
);

CREATE INDEX gateway_idempotency_keys_age ON gateway_idempotency_keys (created_at);

CREATE TABLE gateway_schedules (
  name          TEXT PRIMARY KEY,
  workflow      TEXT NOT NULL,
  version       INTEGER,
  cron          TEXT NOT NULL,
  time_zone     TEXT NOT NULL,
  misfire       TEXT NOT NULL,
  overlap       TEXT NOT NULL,
  input         TEXT,
  enabled       INTEGER NOT NULL,
  paused_reason TEXT,
  last_slot     TEXT,
  created_at    TEXT NOT NULL,
  changed_at    TEXT NOT NULL
);

CREATE TABLE gateway_backfills (
  id            TEXT PRIMARY KEY,
  workflow      TEXT NOT NULL,
  version       INTEGER,
  slot_from     TEXT NOT NULL,
  slot_to       TEXT NOT NULL,
  every         TEXT NOT NULL,
  time_zone     TEXT NOT NULL,
  max_parallel  INTEGER NOT NULL,
  on_existing   TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('running', 'paused', 'finished', 'cancelled')),
  paused_reason TEXT,
  next_slot     TEXT,
  input         TEXT,
  created_at    TEXT NOT NULL,
  finished_at   TEXT
);
