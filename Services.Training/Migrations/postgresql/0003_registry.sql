-- evidence: JSON of what the version was like when it was made, apart from the manifest because it is long and seldom asked for.
-- A deleted version keeps its row, so that its number is not used again and the history of aliases can still be read.
ALTER TABLE training.model_versions ADD COLUMN evidence text NULL;
ALTER TABLE training.model_versions ADD COLUMN deleted_at timestamptz NULL;
ALTER TABLE training.model_versions ADD COLUMN deleted_by text NULL;
ALTER TABLE training.model_versions ADD COLUMN deleted_reason text NULL;

-- gate: JSON of what the gate found; null = there was none.
ALTER TABLE training.aliases ADD COLUMN kind text NULL CHECK (kind IN ('promotion', 'rollback'));
ALTER TABLE training.aliases ADD COLUMN actor text NULL;
ALTER TABLE training.aliases ADD COLUMN reason text NULL;
ALTER TABLE training.aliases ADD COLUMN gate text NULL;
