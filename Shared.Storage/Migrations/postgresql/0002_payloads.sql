-- Bodies of messages that were too large for the broker. Unlike artifacts they expire.
CREATE TABLE artifacts.payloads (
    digest     text PRIMARY KEY,
    size       bigint NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX payloads_expires_at ON artifacts.payloads (expires_at);

CREATE TABLE artifacts.payload_chunks (
    digest   text NOT NULL REFERENCES artifacts.payloads (digest) ON DELETE CASCADE,
    position integer NOT NULL,
    bytes    bytea NOT NULL,
    PRIMARY KEY (digest, position)
);
