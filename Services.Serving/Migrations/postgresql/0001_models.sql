-- The newest version of each model that was served here, to start with while the training service is away.
CREATE TABLE serving.models (
    name text NOT NULL PRIMARY KEY,
    version integer NOT NULL,
    manifest text NOT NULL
);
