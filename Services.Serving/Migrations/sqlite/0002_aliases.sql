-- Where aliases pointed last, to start with while the training service is away.
CREATE TABLE serving_aliases (
    name TEXT NOT NULL,
    alias TEXT NOT NULL,
    number INTEGER NOT NULL,
    pointer TEXT NOT NULL,
    manifest TEXT NOT NULL,
    PRIMARY KEY (name, alias)
);
