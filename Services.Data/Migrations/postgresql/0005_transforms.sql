CREATE TABLE data.transforms (
    name       text NOT NULL,
    version    integer NOT NULL,
    id         text NOT NULL,
    fit        text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (name, version, id),
    FOREIGN KEY (name, version) REFERENCES data.dataset_versions (name, version)
);

COMMENT ON COLUMN data.transforms.id IS 'sha256 of fit, so that the same fit is there once';
COMMENT ON COLUMN data.transforms.fit IS 'JSON, the answer to fit_transform with digests of its artifacts';
