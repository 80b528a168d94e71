ALTER TABLE data.dataset_versions ADD COLUMN rows_table text NULL;
ALTER TABLE data.dataset_versions ADD COLUMN sources text NOT NULL DEFAULT '[]';
ALTER TABLE data.dataset_versions ADD COLUMN transform text NOT NULL DEFAULT 'import';
ALTER TABLE data.dataset_versions ADD COLUMN parameters text NULL;

-- rows_table: the typed table rows_... with its rows; null for a version that was made before there were such tables
-- sources: JSON, digests of files and names of sources; parameters: JSON of the transform
CREATE TABLE data.dataset_parents (
    name           text NOT NULL,
    version        integer NOT NULL,
    parent_name    text NOT NULL,
    parent_version integer NOT NULL,
    PRIMARY KEY (name, version, parent_name, parent_version),
    FOREIGN KEY (name, version) REFERENCES data.dataset_versions (name, version),
    FOREIGN KEY (parent_name, parent_version) REFERENCES data.dataset_versions (name, version)
);

CREATE INDEX dataset_parents_parent ON data.dataset_parents (parent_name, parent_version);

CREATE TABLE data.dataset_tags (
    name     text NOT NULL,
    tag      text NOT NULL,
    version  integer NOT NULL,
    moved_at timestamptz NOT NULL,
    PRIMARY KEY (name, tag),
    FOREIGN KEY (name, version) REFERENCES data.dataset_versions (name, version)
);

-- Tables of versions that are being written, so that those of a process that died are found and dropped.
CREATE TABLE data.dataset_drafts (
    rows_table text PRIMARY KEY,
    started_at timestamptz NOT NULL
);

CREATE FUNCTION data.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A dataset version never changes: make a new one.';
END $$;

CREATE TRIGGER dataset_versions_immutable BEFORE UPDATE OR DELETE ON data.dataset_versions
    FOR EACH ROW EXECUTE FUNCTION data.refuse_change();
