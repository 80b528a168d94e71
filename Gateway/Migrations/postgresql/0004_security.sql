-- Keys without their secrets. What was revoked or has expired is kept, because the audit log names it.
CREATE TABLE gateway.api_keys (
  id                   text NOT NULL PRIMARY KEY,
  name                 text NOT NULL,
  scope                text NOT NULL CHECK (scope IN ('read', 'run', 'admin')),
  digest               bytea NOT NULL,
  requests_per_minute  integer,
  created_at           timestamptz NOT NULL,
  expires_at           timestamptz,
  revoked_at           timestamptz,
  last_used_at         timestamptz
);

-- Who decided what; only added to.
CREATE TABLE gateway.audit (
  seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at       timestamptz NOT NULL,
  caller   text NOT NULL,
  key_id   text NOT NULL,
  address  text NOT NULL,
  action   text NOT NULL,
  status   integer NOT NULL
);
