-- evidence: JSON of what the version was like when it was made, apart from the manifest because it is long and seldom asked for.
-- A deleted version keeps its row, so that its number is not used again and the history of aliases can still be read.
ALTER TABLE training_model_versions ADD COLUMN evidence TEXT NULL;
ALTER TABLE training_model_versions ADD COLUMN deleted_at TEXT NULL;
ALTER TABLE training_model_versions ADD COLUMN deleted_by TEXT NULL;
ALTER TABLE training_model_versions ADD COLUMN deleted_reason TEXT NULL;

-- gate: JSON of what the gate found; null = there was none.
ALTER TABLE training_aliases ADD COLUMN kind TEXT NULL CHECK (kind IN ('promotion', 'rollback'));
ALTER TABLE training_aliases ADD COLUMN actor TEXT NULL;
ALTER TABLE training_aliases ADD COLUMN reason TEXT NULL;
ALTER TABLE training_aliases ADD COLUMN gate TEXT NULL;
