-- An account for each service, which owns its schema and sees no other; artifacts (model files, arrays, large bodies) are shared.
-- Run it once, as an administrator, connected to the database of the mesh; running it again changes only the passwords:
--   psql -d skipper -v gateway=... -v data=... -v training=... -v serving=... -f deploy/roles/postgres.sql      (passwords)
\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', role)
FROM unnest(ARRAY['skipper_gateway', 'skipper_data', 'skipper_training', 'skipper_serving']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

ALTER ROLE skipper_gateway PASSWORD :'gateway';
ALTER ROLE skipper_data PASSWORD :'data';
ALTER ROLE skipper_training PASSWORD :'training';
ALTER ROLE skipper_serving PASSWORD :'serving';

-- Nobody makes schemas or tables but where it is said here.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO skipper_gateway, skipper_data, skipper_training, skipper_serving', current_database()) \gexec

CREATE SCHEMA IF NOT EXISTS gateway AUTHORIZATION skipper_gateway;
CREATE SCHEMA IF NOT EXISTS gateway_quartz AUTHORIZATION skipper_gateway;
CREATE SCHEMA IF NOT EXISTS data AUTHORIZATION skipper_data;
CREATE SCHEMA IF NOT EXISTS training AUTHORIZATION skipper_training;
CREATE SCHEMA IF NOT EXISTS serving AUTHORIZATION skipper_serving;
CREATE SCHEMA IF NOT EXISTS artifacts;

-- Whoever starts first makes the tables of the artifacts; all of them use them.
GRANT USAGE, CREATE ON SCHEMA artifacts TO skipper_gateway, skipper_data, skipper_training, skipper_serving;
ALTER DEFAULT PRIVILEGES FOR ROLE skipper_gateway, skipper_data, skipper_training, skipper_serving IN SCHEMA artifacts
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO skipper_gateway, skipper_data, skipper_training, skipper_serving;
ALTER DEFAULT PRIVILEGES FOR ROLE skipper_gateway, skipper_data, skipper_training, skipper_serving IN SCHEMA artifacts
  GRANT USAGE ON SEQUENCES TO skipper_gateway, skipper_data, skipper_training, skipper_serving;
