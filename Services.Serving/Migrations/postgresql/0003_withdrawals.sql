-- What was unloaded by request and stays so; version 0 = all versions.
CREATE TABLE serving.withdrawals (
    name text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (name, version)
);
