-- id: sha256 of fit, so that the same fit is there once; fit: JSON, the answer to fit_transform with digests of its artifacts
CREATE TABLE data_transforms (
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    id         TEXT NOT NULL,
    fit        TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (name, version, id),
    FOREIGN KEY (name, version) REFERENCES data_dataset_versions (name, version)
);
