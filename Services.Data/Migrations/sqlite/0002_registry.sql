ALTER TABLE data_dataset_versions ADD COLUMN rows_table TEXT NULL;
ALTER TABLE data_dataset_versions ADD COLUMN sources TEXT NOT NULL DEFAULT '[]';
ALTER TABLE data_dataset_versions ADD COLUMN transform TEXT NOT NULL DEFAULT 'import';
ALTER TABLE data_dataset_versions ADD COLUMN parameters TEXT NULL;

-- rows_table: the typed table rows_... with its rows; null for a version that was made before there were such tables
-- sources: JSON, digests of files and names of sources; parameters: JSON of the transform
CREATE TABLE data_dataset_parents (
    name           TEXT NOT NULL,
    version        INTEGER NOT NULL,
    parent_name    TEXT NOT NULL,
    parent_version INTEGER NOT NULL,
    PRIMARY KEY (name, version, parent_name, parent_version),
    FOREIGN KEY (name, version) REFERENCES data_dataset_versions (name, version),
    FOREIGN KEY (parent_name, parent_version) REFERENCES data_dataset_versions (name, version)
);

CREATE INDEX data_dataset_parents_parent ON data_dataset_parents (parent_name, parent_version);

CREATE TABLE data_dataset_tags (
    name     TEXT NOT NULL,
    tag      TEXT NOT NULL,
    version  INTEGER NOT NULL,
    moved_at TEXT NOT NULL,
    PRIMARY KEY (name, tag),
    FOREIGN KEY (name, version) REFERENCES data_dataset_versions (name, version)
);

-- Tables of versions that are being written, so that those of a process that died are found and dropped.
CREATE TABLE data_dataset_drafts (
    rows_table TEXT PRIMARY KEY,
    started_at TEXT NOT NULL
);

CREATE TRIGGER data_dataset_versions_no_update BEFORE UPDATE ON data_dataset_versions
BEGIN
    SELECT RAISE(ABORT, 'A dataset version never changes: make a new one.');
END;

CREATE TRIGGER data_dataset_versions_no_delete BEFORE DELETE ON data_dataset_versions
BEGIN
    SELECT RAISE(ABORT, 'A dataset version never changes: make a new one.');
END;
