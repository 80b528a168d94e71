CREATE TABLE data.datasets (
    name   text PRIMARY KEY,
    newest integer NOT NULL
);

CREATE TABLE data.dataset_versions (
    name           text NOT NULL REFERENCES data.datasets (name),
    version        integer NOT NULL CHECK (version >= 1),
    digest         text NOT NULL,
    row_count      integer NOT NULL,
    rejected_count integer NOT NULL,
    rejected       text NOT NULL,
    rejects        text NULL,
    columns        text NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (name, version),
    UNIQUE (name, digest)
);

COMMENT ON COLUMN data.dataset_versions.digest IS 'Artifact with the canonical content; the same content is the same version';
COMMENT ON COLUMN data.dataset_versions.rejected IS 'JSON: the first rejected rows with line and reason';
COMMENT ON COLUMN data.dataset_versions.rejects IS 'Artifact with all rejected rows as JSON lines; null where there are none';
