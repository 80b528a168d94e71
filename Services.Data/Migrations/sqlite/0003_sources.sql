-- not_before: The provider asked to be left alone until then
CREATE TABLE data_sources (
    name        TEXT PRIMARY KEY,
    declaration TEXT NOT NULL,
    not_before  TEXT NULL,
    updated_at  TEXT NOT NULL
);

-- What the next ingestion begins with; written with the rows, in one transaction
CREATE TABLE data_source_states (
    source     TEXT NOT NULL REFERENCES data_sources (name),
    item       TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    state      TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (source, item)
);

-- Answers as they came, for replay; an answer that equals the one before it is not kept again
-- digest: sha256 of the exact bytes
-- problem: Why no rows were made of it; null = they were
CREATE TABLE data_source_pages (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    source       TEXT NOT NULL REFERENCES data_sources (name),
    item         TEXT NOT NULL,
    page         TEXT NOT NULL,
    item_values  TEXT NOT NULL,
    first_record INTEGER NOT NULL,
    fetched_at   TEXT NOT NULL,
    digest       TEXT NOT NULL,
    problem      TEXT NULL,
    content      TEXT NOT NULL
);

CREATE INDEX data_source_pages_newest ON data_source_pages (source, item, page, id DESC);

CREATE TABLE data_source_quotas (
    source TEXT NOT NULL,
    day    TEXT NOT NULL,
    used   INTEGER NOT NULL,
    PRIMARY KEY (source, day)
);

CREATE TABLE data_source_calls (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    source       TEXT NOT NULL,
    item         TEXT NOT NULL,
    at           TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    status       INTEGER NULL,
    milliseconds REAL NOT NULL,
    bytes        INTEGER NOT NULL
);

CREATE INDEX data_source_calls_at ON data_source_calls (source, at);
