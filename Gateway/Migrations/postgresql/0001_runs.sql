CREATE TABLE gateway.runs (
  id          uuid PRIMARY KEY,
  task_type   text NOT NULL,
  state       text NOT NULL CHECK (state IN ('accepted', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled')),
  request     text NOT NULL,
  description text,
  output      text,
  error       text,
  created_at  timestamptz NOT NULL,
  started_at  timestamptz,
  finished_at timestamptz
);

CREATE TABLE gateway.steps (
  run_id           uuid NOT NULL REFERENCES gateway.runs (id) ON DELETE CASCADE,
  step             text NOT NULL,
  state            text NOT NULL CHECK (state IN
                     ('queued', 'dispatched', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled')),
  queue            text NOT NULL,
  timeout_seconds  double precision NOT NULL,
  attempt          integer NOT NULL DEFAULT 1,
  claim_id         uuid,
  worker           text,
  failed_count     integer NOT NULL DEFAULT 0,
  lost_count       integer NOT NULL DEFAULT 0,
  progress_percent double precision,
  progress_message text,
  sends            integer NOT NULL DEFAULT 0,
  dispatched_at    timestamptz,
  resend_at        timestamptz,
  lease_until      timestamptz,
  deadline_at      timestamptz,
  finished_at      timestamptz,
  PRIMARY KEY (run_id, step)
) WITH (fillfactor = 70);

-- Heartbeats touch no indexed column, so that they stay cheap; the set of unfinished steps is small.
CREATE INDEX steps_unfinished ON gateway.steps (state) WHERE state IN ('dispatched', 'running');

CREATE TABLE gateway.outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id       uuid NOT NULL REFERENCES gateway.runs (id) ON DELETE CASCADE,
  step         text NOT NULL,
  attempt      integer NOT NULL,
  queue        text NOT NULL,
  available_at timestamptz NOT NULL,
  tries        integer NOT NULL DEFAULT 0,
  last_error   text,
  UNIQUE (run_id, step, attempt)
);

CREATE INDEX outbox_due ON gateway.outbox (available_at, id);
