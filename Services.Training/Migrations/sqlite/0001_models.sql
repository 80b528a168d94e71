-- One row per model: what a registration locks, so that versions have no gaps.
CREATE TABLE training_models (
    name TEXT NOT NULL PRIMARY KEY,
    newest INTEGER NOT NULL
);

-- A run registers at most one version, however often its message is delivered.
CREATE TABLE training_model_versions (
    name TEXT NOT NULL REFERENCES training_models (name),
    version INTEGER NOT NULL CHECK (version > 0),
    run_id TEXT UNIQUE,
    manifest TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (name, version)
);
