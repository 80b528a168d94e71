-- source: the YAML as it was sent; the same text as the newest version is no new version
CREATE TABLE data_declarations (
    kind       TEXT NOT NULL CHECK (kind IN ('standard', 'suite')),
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL CHECK (version >= 1),
    source     TEXT NOT NULL,
    digest     TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (kind, name, version)
);

-- version: the version that was published of the rows; null where none was
CREATE TABLE data_quality_reports (
    id         TEXT PRIMARY KEY,
    dataset    TEXT NOT NULL,
    version    INTEGER NULL,
    suite      TEXT NOT NULL,
    status     TEXT NOT NULL,
    report     TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE INDEX data_quality_reports_dataset ON data_quality_reports (dataset, id);

-- origin: what the row came from, digest of a file or name of a source
-- raw: JSON, the row as it came, by column
-- reasons: JSON, every rule that the row broke, with columns and what was found
-- rules: the standard and suite that said so, with their versions
-- fixed: JSON, the row as it was replayed, where that is not as it came
CREATE TABLE data_quarantine (
    id         TEXT PRIMARY KEY,
    dataset    TEXT NOT NULL,
    run_id     TEXT NOT NULL,
    origin     TEXT NULL,
    line       INTEGER NOT NULL,
    raw        TEXT NOT NULL,
    reasons    TEXT NOT NULL,
    rules      TEXT NOT NULL,
    status     TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
    fixed      TEXT NULL,
    created_at TEXT NOT NULL,
    decided_at TEXT NULL
);

CREATE INDEX data_quarantine_dataset ON data_quarantine (dataset, status, id);
