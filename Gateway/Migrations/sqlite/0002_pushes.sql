CREATE TABLE gateway_pushes (
  subscription  TEXT NOT NULL,
  message_id    TEXT NOT NULL,
  kind          TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('done', 'failed', 'malformed')),
  artifact      TEXT,
  answer        TEXT,
  reason        TEXT,
  received_at   TEXT NOT NULL,
  PRIMARY KEY (subscription, message_id, kind)
);

CREATE INDEX gateway_pushes_age ON gateway_pushes (received_at);
