-- What was done to the rollouts of a model, one row for each change; the highest number counts. A step of a run makes at most one change,
-- however often its message is delivered.
CREATE TABLE serving.rollout_changes (
    model text NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    rollout text NOT NULL,
    step_id uuid UNIQUE,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (model, number)
);

-- The versions of the last rollout of a model, complete, so that a worker can follow it while the training service is away.
CREATE TABLE serving.rollout_versions (
    model text NOT NULL,
    version integer NOT NULL,
    manifest text NOT NULL,
    PRIMARY KEY (model, version)
);

-- What a lane did in one process: in a minute since 1970, or in all where minute is 0. Each process overwrites its own rows.
CREATE TABLE serving.lane_counts (
    model text NOT NULL,
    lane text NOT NULL,
    since integer NOT NULL,
    process uuid NOT NULL,
    minute bigint NOT NULL,
    counts text NOT NULL,
    counted_at timestamptz NOT NULL,
    PRIMARY KEY (model, lane, since, minute, process)
);
