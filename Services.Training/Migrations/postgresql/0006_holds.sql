-- Which versions somebody outside needs, as a JSON array: they are not deleted. One row for each holder, replaced by what is said later.
CREATE TABLE training.version_holds (
    model text NOT NULL,
    holder text NOT NULL,
    number integer NOT NULL,
    versions text NOT NULL,
    PRIMARY KEY (model, holder)
);
