-- Which versions somebody outside needs, as a JSON array: they are not deleted. One row for each holder, replaced by what is said later.
CREATE TABLE training_version_holds (
    model TEXT NOT NULL,
    holder TEXT NOT NULL,
    number INTEGER NOT NULL,
    versions TEXT NOT NULL,
    PRIMARY KEY (model, holder)
);
