CREATE TABLE pad_notes (
    id         TEXT PRIMARY KEY,
    text       TEXT NOT NULL,
    parent     TEXT NULL REFERENCES pad_notes (id),
    written_at TEXT NOT NULL,
    read_at    TEXT NULL,
    state      TEXT NOT NULL DEFAULT 'new',
    stars      INTEGER NOT NULL DEFAULT 0
);
