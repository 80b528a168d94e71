CREATE TABLE data.sources (
    name        text PRIMARY KEY,
    declaration text NOT NULL,
    not_before  timestamptz NULL,
    updated_at  timestamptz NOT NULL
);

COMMENT ON COLUMN data.sources.not_before IS 'The provider asked to be left alone until then';

CREATE TABLE data.source_states (
    source     text NOT NULL REFERENCES data.sources (name),
    item       text NOT NULL,
    revision   bigint NOT NULL,
    state      jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (source, item)
);

COMMENT ON TABLE data.source_states IS 'What the next ingestion begins with; written with the rows, in one transaction';

CREATE TABLE data.source_pages (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source       text NOT NULL REFERENCES data.sources (name),
    item         text NOT NULL,
    page         text NOT NULL,
    item_values  jsonb NOT NULL,
    first_record bigint NOT NULL,
    fetched_at   timestamptz NOT NULL,
    digest       text NOT NULL,
    problem      text NULL,
    content      jsonb NOT NULL
);

CREATE INDEX source_pages_newest ON data.source_pages (source, item, page, id DESC);

COMMENT ON TABLE data.source_pages IS 'Answers as they came, for replay; an answer that equals the one before it is not kept again';
COMMENT ON COLUMN data.source_pages.digest IS 'sha256 of the exact bytes';
COMMENT ON COLUMN data.source_pages.problem IS 'Why no rows were made of it; null = they were';

CREATE TABLE data.source_quotas (
    source text NOT NULL,
    day    text NOT NULL,
    used   integer NOT NULL,
    PRIMARY KEY (source, day)
);

CREATE TABLE data.source_calls (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source       text NOT NULL,
    item         text NOT NULL,
    at           timestamptz NOT NULL,
    outcome      text NOT NULL,
    status       integer NULL,
    milliseconds double precision NOT NULL,
    bytes        bigint NOT NULL
);

CREATE INDEX source_calls_at ON data.source_calls (source, at);
