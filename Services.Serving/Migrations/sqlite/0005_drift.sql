-- Predicted rows by version, hour (since 1970-01-01 UTC) and worker, counted in the bins of the training part.
CREATE TABLE serving_drift_counts (
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    worker TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY (model, version, hour, worker)
);
CREATE INDEX serving_drift_counts_hour ON serving_drift_counts (hour);

-- Columns that have drifted; to be announced from announce_at on, null = announced.
CREATE TABLE serving_drift_alarms (
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    announce_at TEXT NULL,
    PRIMARY KEY (model, version, kind, name)
);
