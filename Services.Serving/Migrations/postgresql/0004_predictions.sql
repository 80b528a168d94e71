-- Predictions that somebody asked to keep (source stored, with the digest of the request) and those of the log (source sampled).
CREATE TABLE serving.predictions (
    request_id text NOT NULL,
    row_number integer NOT NULL,
    model text NOT NULL,
    version integer NOT NULL,
    source text NOT NULL,
    request_digest text,
    input text NOT NULL,
    output text NOT NULL,
    predicted_at timestamptz NOT NULL,
    PRIMARY KEY (request_id, row_number)
);

CREATE INDEX predictions_by_time ON serving.predictions (predicted_at, request_id, row_number);
CREATE INDEX predictions_by_model ON serving.predictions (model, predicted_at, request_id, row_number);
CREATE INDEX predictions_by_source ON serving.predictions (source, predicted_at);

-- What came true for them, by target, with how far the prediction was off.
CREATE TABLE serving.labels (
    request_id text NOT NULL,
    row_number integer NOT NULL,
    target text NOT NULL,
    model text NOT NULL,
    version integer NOT NULL,
    label text NOT NULL,
    error double precision,
    is_right integer,
    log_loss double precision,
    brier double precision,
    predicted_at timestamptz NOT NULL,
    labeled_at timestamptz NOT NULL,
    PRIMARY KEY (request_id, row_number, target)
);

CREATE INDEX labels_by_model ON serving.labels (model, predicted_at);
