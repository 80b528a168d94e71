-- Predicted rows by version, hour (since 1970-01-01 UTC) and worker, counted in the bins of the training part.
CREATE TABLE serving.drift_counts (
    model text NOT NULL,
    version integer NOT NULL,
    hour bigint NOT NULL,
    worker uuid NOT NULL,
    counts text NOT NULL,
    PRIMARY KEY (model, version, hour, worker)
);
CREATE INDEX drift_counts_hour ON serving.drift_counts (hour);

-- Columns that have drifted; to be announced from announce_at on, null = announced.
CREATE TABLE serving.drift_alarms (
    model text NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    raised_at timestamptz NOT NULL,
    announce_at timestamptz NULL,
    PRIMARY KEY (model, version, kind, name)
);
