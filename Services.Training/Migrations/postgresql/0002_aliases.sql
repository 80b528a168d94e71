-- Where aliases pointed, one row for each move; the highest number counts. A step of a run moves an alias at most once, however
-- often its message is delivered.
CREATE TABLE training.aliases (
    model text NOT NULL,
    alias text NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    version integer NOT NULL,
    step_id uuid UNIQUE,
    moved_at timestamptz NOT NULL,
    PRIMARY KEY (model, alias, number),
    FOREIGN KEY (model, version) REFERENCES training.model_versions (name, version)
);
