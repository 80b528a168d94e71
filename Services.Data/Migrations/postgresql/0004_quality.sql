CREATE TABLE data.declarations (
    kind       text NOT NULL CHECK (kind IN ('standard', 'suite')),
    name       text NOT NULL,
    version    integer NOT NULL CHECK (version >= 1),
    source     text NOT NULL,
    digest     text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (kind, name, version)
);

COMMENT ON COLUMN data.declarations.source IS 'The YAML as it was sent; the same text as the newest version is no new version';

CREATE TABLE data.quality_reports (
    id         uuid PRIMARY KEY,
    dataset    text NOT NULL,
    version    integer NULL,
    suite      text NOT NULL,
    status     text NOT NULL,
    report     text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX quality_reports_dataset ON data.quality_reports (dataset, id);

COMMENT ON COLUMN data.quality_reports.version IS 'The version that was published of the rows; null where none was';

CREATE TABLE data.quarantine (
    id         uuid PRIMARY KEY,
    dataset    text NOT NULL,
    run_id     uuid NOT NULL,
    origin     text NULL,
    line       bigint NOT NULL,
    raw        text NOT NULL,
    reasons    text NOT NULL,
    rules      text NOT NULL,
    status     text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
    fixed      text NULL,
    created_at timestamptz NOT NULL,
    decided_at timestamptz NULL
);

CREATE INDEX quarantine_dataset ON data.quarantine (dataset, status, id);

COMMENT ON COLUMN data.quarantine.origin IS 'What the row came from: digest of a file, or name of a source';
COMMENT ON COLUMN data.quarantine.raw IS 'JSON: the row as it came, by column';
COMMENT ON COLUMN data.quarantine.reasons IS 'JSON: every rule that the row broke, with columns and what was found';
COMMENT ON COLUMN data.quarantine.rules IS 'The standard and suite that said so, with their versions';
COMMENT ON COLUMN data.quarantine.fixed IS 'JSON: the row as it was replayed, where that is not as it came';
