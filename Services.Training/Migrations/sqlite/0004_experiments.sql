-- One row per training, however many attempts it took: its id is that of the step of a durable run.
CREATE TABLE training_runs (
    id TEXT NOT NULL PRIMARY KEY,
    experiment TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
    started_at TEXT NOT NULL,
    manifest TEXT NOT NULL,
    series TEXT
);

CREATE INDEX training_runs_experiment ON training_runs (experiment, started_at);

-- What the next attempt at a step goes on with: per model of the step (number 0 is the one that is kept, others are those of folds)
-- the newest checkpoint, or the finished file. Deleted when the step has its result, and after a week.
CREATE TABLE training_checkpoints (
    step_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    content BLOB NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (step_id, number)
);
