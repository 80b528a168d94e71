CREATE INDEX pad_notes_by_time ON pad_notes (written_at); CREATE TABLE pad_authors (name TEXT PRIMARY KEY);
