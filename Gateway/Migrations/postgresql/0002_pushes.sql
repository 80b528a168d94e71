CREATE TABLE gateway.pushes (
  subscription  text NOT NULL,
  message_id    text NOT NULL,
  kind          text NOT NULL,
  state         text NOT NULL CHECK (state IN ('done', 'failed', 'malformed')),
  artifact      text,
  answer        text,
  reason        text,
  received_at   timestamptz NOT NULL,
  PRIMARY KEY (subscription, message_id, kind)
);

CREATE INDEX pushes_age ON gateway.pushes (received_at);
