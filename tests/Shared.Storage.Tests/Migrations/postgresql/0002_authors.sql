CREATE INDEX notes_by_time ON pad.notes (written_at); CREATE TABLE pad.authors (name text PRIMARY KEY);
