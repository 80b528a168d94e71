-- When a trigger last started a run, so that it rests for its cooldown, however many gateways hear the event.
CREATE TABLE gateway_triggers (
  name      TEXT NOT NULL PRIMARY KEY,
  fired_at  TEXT NOT NULL
);
