-- The newest version of each model that was served here, to start with while the training service is away.
CREATE TABLE serving_models (
    name TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    manifest TEXT NOT NULL
);
