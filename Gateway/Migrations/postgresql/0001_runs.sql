-- Versions of workflow definitions. Never changed: a run keeps the one it was accepted with.
CREATE TABLE gateway.workflows (
  name       text NOT NULL,
  version    integer NOT NULL,
  definition text NOT NULL,
  source     text NOT NULL,
  digest     text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (name, version),
  UNIQUE (name, digest)
);

-- A run executes a version of a workflow, or one task (workflow = its task type, version absent).
CREATE TABLE gateway.runs (
  id                  uuid PRIMARY KEY,
  workflow            text NOT NULL,
  version             integer,
  state               text NOT NULL CHECK (state IN ('accepted', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled')),
  priority            smallint NOT NULL DEFAULT 5,
  input               text NOT NULL,
  description         text,
  output              text,
  error               text,
  dedup_key           text,
  rerun_of            uuid,
  schedule            text,
  backfill_id         uuid,
  slot                timestamptz,
  callback            text,
  trace_parent        text,
  rev                 bigint NOT NULL DEFAULT 1,
  created_at          timestamptz NOT NULL,
  started_at          timestamptz,
  finished_at         timestamptz,
  deadline_at         timestamptz,
  cancel_requested_at timestamptz,
  cancel_reason       text
);

-- Ids are UUIDv7, so the order of ids is the order of acceptance, to the millisecond.
CREATE INDEX runs_workflow ON gateway.runs (workflow, id);
CREATE INDEX runs_failed ON gateway.runs (id) WHERE state IN ('failed', 'timed_out');
CREATE INDEX runs_unfinished ON gateway.runs (id) WHERE finished_at IS NULL;
CREATE INDEX runs_deadline ON gateway.runs (deadline_at) WHERE deadline_at IS NOT NULL AND finished_at IS NULL;
CREATE INDEX runs_finished ON gateway.runs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX runs_rerun ON gateway.runs (rerun_of) WHERE rerun_of IS NOT NULL;
CREATE UNIQUE INDEX runs_dedup ON gateway.runs (workflow, dedup_key) WHERE dedup_key IS NOT NULL AND finished_at IS NULL;
CREATE INDEX runs_slot ON gateway.runs (workflow, slot) WHERE slot IS NOT NULL;
CREATE UNIQUE INDEX runs_schedule_slot ON gateway.runs (schedule, slot) WHERE schedule IS NOT NULL;
CREATE UNIQUE INDEX runs_backfill_slot ON gateway.runs (backfill_id, slot) WHERE backfill_id IS NOT NULL AND rerun_of IS NULL;

-- step = name, or name[item] for one item of a foreach. A queued step is its own outbox row: it stays queued until the broker
-- has confirmed its message.
CREATE TABLE gateway.steps (
  run_id              uuid NOT NULL REFERENCES gateway.runs (id) ON DELETE CASCADE,
  step                text NOT NULL,
  name                text NOT NULL,
  item                integer,
  state               text NOT NULL CHECK (state IN ('waiting', 'expanded', 'queued', 'dispatched', 'running', 'cancelling',
                        'succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'upstream_failed', 'reused')),
  queue               text NOT NULL,
  priority            smallint NOT NULL DEFAULT 5,
  request             text,
  output              text,
  error               text,
  timeout_seconds     double precision NOT NULL,
  max_attempts        integer NOT NULL,
  retry_delay_seconds double precision NOT NULL,
  concurrency_key     text,
  concurrency_limit   integer,
  attempt             integer NOT NULL DEFAULT 1,
  claim_id            uuid,
  worker              text,
  failed_count        integer NOT NULL DEFAULT 0,
  lost_count          integer NOT NULL DEFAULT 0,
  progress_percent    double precision,
  progress_message    text,
  available_at        timestamptz,
  sends               integer NOT NULL DEFAULT 0,
  unroutable_count    integer NOT NULL DEFAULT 0,
  dispatched_at       timestamptz,
  resend_at           timestamptz,
  started_at          timestamptz,
  lease_until         timestamptz,
  deadline_at         timestamptz,
  finished_at         timestamptz,
  PRIMARY KEY (run_id, step)
) WITH (fillfactor = 70);

-- Heartbeats touch no indexed column, so that they stay cheap; the set of unfinished steps is small.
CREATE INDEX steps_queued ON gateway.steps (queue, priority DESC, run_id) WHERE state = 'queued';
CREATE INDEX steps_unfinished ON gateway.steps (state, queue) WHERE state IN ('dispatched', 'running', 'cancelling');
CREATE INDEX steps_concurrency ON gateway.steps (concurrency_key)
  WHERE concurrency_key IS NOT NULL AND state IN ('dispatched', 'running', 'cancelling');

-- Attempts that were followed by another; the last one is in the step itself.
CREATE TABLE gateway.attempts (
  run_id        uuid NOT NULL REFERENCES gateway.runs (id) ON DELETE CASCADE,
  step          text NOT NULL,
  attempt       integer NOT NULL,
  outcome       text NOT NULL,
  worker        text,
  error         text,
  dispatched_at timestamptz,
  started_at    timestamptz,
  finished_at   timestamptz NOT NULL,
  PRIMARY KEY (run_id, step, attempt)
);

-- What happened to a run; seq is its revision, taken under the lock of its row, so that it has no gaps that are filled later.
CREATE TABLE gateway.run_events (
  run_id  uuid NOT NULL REFERENCES gateway.runs (id) ON DELETE CASCADE,
  seq     bigint NOT NULL,
  at      timestamptz NOT NULL,
  type    text NOT NULL,
  step    text,
  attempt integer,
  data    text,
  PRIMARY KEY (run_id, seq)
);

CREATE TABLE gateway.step_logs (
  run_id  uuid NOT NULL REFERENCES gateway.runs (id) ON DELETE CASCADE,
  step    text NOT NULL,
  attempt integer NOT NULL,
  seq     integer NOT NULL,
  at      timestamptz NOT NULL,
  level   text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (run_id, step, attempt, seq)
);

-- What leaves the gateway other than steps: webhooks, mails, events. Sent at least once, deleted when it was taken.
CREATE TABLE gateway.outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind         text NOT NULL CHECK (kind IN ('webhook', 'mail', 'event')),
  run_id       uuid NOT NULL,
  target       text NOT NULL,
  body         text NOT NULL,
  created_at   timestamptz NOT NULL,
  available_at timestamptz NOT NULL,
  tries        integer NOT NULL DEFAULT 0,
  last_error   text
);

CREATE INDEX outbox_due ON gateway.outbox (available_at, id);

CREATE TABLE gateway.idempotency_keys (
  scope       text NOT NULL,
  key         text NOT NULL,
  fingerprint text NOT NULL,
  run_id      uuid NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
);

CREATE INDEX idempotency_keys_age ON gateway.idempotency_keys (created_at);

CREATE TABLE gateway.schedules (
  name          text PRIMARY KEY,
  workflow      text NOT NULL,
  version       integer,
  cron          text NOT NULL,
  time_zone     text NOT NULL,
  misfire       text NOT NULL,
  overlap       text NOT NULL,
  input         text,
  enabled       boolean NOT NULL,
  paused_reason text,
  last_slot     timestamptz,
  created_at    timestamptz NOT NULL,
  changed_at    timestamptz NOT NULL
);

CREATE TABLE gateway.backfills (
  id            uuid PRIMARY KEY,
  workflow      text NOT NULL,
  version       integer,
  slot_from     timestamptz NOT NULL,
  slot_to       timestamptz NOT NULL,
  every         text NOT NULL,
  time_zone     text NOT NULL,
  max_parallel  integer NOT NULL,
  on_existing   text NOT NULL,
  state         text NOT NULL CHECK (state IN ('running', 'paused', 'finished', 'cancelled')),
  paused_reason text,
  next_slot     timestamptz,
  input         text,
  created_at    timestamptz NOT NULL,
  finished_at   timestamptz
);
