CREATE TABLE data.stream_parts (
    stream_id    uuid NOT NULL,
    part         integer NOT NULL,
    position     bigint NOT NULL,
    written      bigint NOT NULL,
    left_out     bigint NOT NULL,
    dead         bigint NOT NULL,
    output       text NULL,
    dead_letters text NULL,
    committed_at timestamptz NOT NULL,
    PRIMARY KEY (stream_id, part)
);

CREATE INDEX stream_parts_committed ON data.stream_parts (committed_at);

COMMENT ON TABLE data.stream_parts IS 'What has been read up to position stands in the artifacts of the parts 1 to part';

CREATE TABLE data.stream_messages (
    stream_id  uuid NOT NULL,
    message_id text NOT NULL,
    PRIMARY KEY (stream_id, message_id)
);

COMMENT ON TABLE data.stream_messages IS 'Messages of queues that are part of a stream, so that one that comes again is known';
