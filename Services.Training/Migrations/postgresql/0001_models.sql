-- One row per model: what a registration locks, so that versions have no gaps.
CREATE TABLE training.models (
    name text NOT NULL PRIMARY KEY,
    newest integer NOT NULL
);

-- A run registers at most one version, however often its message is delivered.
CREATE TABLE training.model_versions (
    name text NOT NULL REFERENCES training.models (name),
    version integer NOT NULL CHECK (version > 0),
    run_id uuid UNIQUE,
    manifest text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (name, version)
);
