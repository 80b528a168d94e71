-- What was done to the rollouts of a model, one row for each change; the highest number counts. A step of a run makes at most one change,
-- however often its message is delivered.
CREATE TABLE serving_rollout_changes (
    model TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    rollout TEXT NOT NULL,
    step_id TEXT UNIQUE,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (model, number)
);

-- The versions of the last rollout of a model, complete, so that a worker can follow it while the training service is away.
CREATE TABLE serving_rollout_versions (
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    manifest TEXT NOT NULL,
    PRIMARY KEY (model, version)
);

-- What a lane did in one process: in a minute since 1970, or in all where minute is 0. Each process overwrites its own rows.
CREATE TABLE serving_lane_counts (
    model TEXT NOT NULL,
    lane TEXT NOT NULL,
    since INTEGER NOT NULL,
    process TEXT NOT NULL,
    minute INTEGER NOT NULL,
    counts TEXT NOT NULL,
    counted_at TEXT NOT NULL,
    PRIMARY KEY (model, lane, since, minute, process)
);
