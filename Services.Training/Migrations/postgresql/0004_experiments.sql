-- One row per training, however many attempts it took: its id is that of the step of a durable run.
CREATE TABLE training.runs (
    id uuid NOT NULL PRIMARY KEY,
    experiment text NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
    started_at timestamptz NOT NULL,
    manifest text NOT NULL,
    series text
);

CREATE INDEX runs_experiment ON training.runs (experiment, started_at);

-- What the next attempt at a step goes on with: per model of the step (number 0 is the one that is kept, others are those of folds)
-- the newest checkpoint, or the finished file. Deleted when the step has its result, and after a week.
CREATE TABLE training.checkpoints (
    step_id uuid NOT NULL,
    number integer NOT NULL,
    finished boolean NOT NULL,
    content bytea NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (step_id, number)
);
