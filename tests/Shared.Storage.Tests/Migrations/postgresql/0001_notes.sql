CREATE TABLE pad.notes (
    id         uuid PRIMARY KEY,
    text       text NOT NULL,
    parent     uuid NULL REFERENCES pad.notes (id),
    written_at timestamptz NOT NULL,
    read_at    timestamptz NULL,
    state      text NOT NULL DEFAULT 'new',
    stars      integer NOT NULL DEFAULT 0
);
