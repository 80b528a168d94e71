-- Committed parts of streams: what has been read up to "position" stands in the artifacts of the parts 1 to "part".
CREATE TABLE data_stream_parts (
    stream_id    TEXT NOT NULL,
    part         INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    written      INTEGER NOT NULL,
    left_out     INTEGER NOT NULL,
    dead         INTEGER NOT NULL,
    output       TEXT NULL,
    dead_letters TEXT NULL,
    committed_at TEXT NOT NULL,
    PRIMARY KEY (stream_id, part)
);

CREATE INDEX data_stream_parts_committed ON data_stream_parts (committed_at);

-- Messages of queues that are part of a stream, so that one that comes again is known.
CREATE TABLE data_stream_messages (
    stream_id  TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (stream_id, message_id)
);
