-- Where aliases pointed last, to start with while the training service is away.
CREATE TABLE serving.aliases (
    name text NOT NULL,
    alias text NOT NULL,
    number integer NOT NULL,
    pointer text NOT NULL,
    manifest text NOT NULL,
    PRIMARY KEY (name, alias)
);
