-- When the process that trains was last known to be alive; null in rows of older services: when the run began.
ALTER TABLE training.runs ADD COLUMN seen_at timestamptz NULL;
