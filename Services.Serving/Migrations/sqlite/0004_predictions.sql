-- Predictions that somebody asked to keep (source stored, with the digest of the request) and those of the log (source sampled).
CREATE TABLE serving_predictions (
    request_id TEXT NOT NULL,
    row_number INTEGER NOT NULL,
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,
    request_digest TEXT,
    input TEXT NOT NULL,
    output TEXT NOT NULL,
    predicted_at TEXT NOT NULL,
    PRIMARY KEY (request_id, row_number)
);

CREATE INDEX serving_predictions_by_time ON serving_predictions (predicted_at, request_id, row_number);
CREATE INDEX serving_predictions_by_model ON serving_predictions (model, predicted_at, request_id, row_number);
CREATE INDEX serving_predictions_by_source ON serving_predictions (source, predicted_at);

-- What came true for them, by target, with how far the prediction was off.
CREATE TABLE serving_labels (
    request_id TEXT NOT NULL,
    row_number INTEGER NOT NULL,
    target TEXT NOT NULL,
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    label TEXT NOT NULL,
    error REAL,
    is_right INTEGER,
    log_loss REAL,
    brier REAL,
    predicted_at TEXT NOT NULL,
    labeled_at TEXT NOT NULL,
    PRIMARY KEY (request_id, row_number, target)
);

CREATE INDEX serving_labels_by_model ON serving_labels (model, predicted_at);
