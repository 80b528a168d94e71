CREATE TABLE data_datasets (
    name   TEXT PRIMARY KEY,
    newest INTEGER NOT NULL
);

-- digest: artifact with the canonical content; the same content is the same version
-- rejected: JSON, the first rejected rows with line and reason
-- rejects: artifact with all rejected rows as JSON lines; null where there are none
CREATE TABLE data_dataset_versions (
    name           TEXT NOT NULL REFERENCES data_datasets (name),
    version        INTEGER NOT NULL CHECK (version >= 1),
    digest         TEXT NOT NULL,
    row_count      INTEGER NOT NULL,
    rejected_count INTEGER NOT NULL,
    rejected       TEXT NOT NULL,
    rejects        TEXT NULL,
    columns        TEXT NOT NULL,
    created_at     TEXT NOT NULL,
    PRIMARY KEY (name, version),
    UNIQUE (name, digest)
);
