CREATE TABLE artifacts.blobs (
    digest     text PRIMARY KEY,
    size       bigint NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE artifacts.chunks (
    digest   text NOT NULL REFERENCES artifacts.blobs (digest) ON DELETE CASCADE,
    position integer NOT NULL,
    bytes    bytea NOT NULL,
    PRIMARY KEY (digest, position)
);

-- Already compressed or numeric: trying to compress it again costs time and gains nothing.
ALTER TABLE artifacts.chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
