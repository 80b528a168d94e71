-- What was unloaded by request and stays so; version 0 = all versions.
CREATE TABLE serving_withdrawals (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (name, version)
);
