-- Where aliases pointed, one row for each move; the highest number counts. A step of a run moves an alias at most once, however
-- often its message is delivered.
CREATE TABLE training_aliases (
    model TEXT NOT NULL,
    alias TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    version INTEGER NOT NULL,
    step_id TEXT UNIQUE,
    moved_at TEXT NOT NULL,
    PRIMARY KEY (model, alias, number),
    FOREIGN KEY (model, version) REFERENCES training_model_versions (name, version)
);
