-- A course whose future lessons were cancelled is no longer listed; its past lessons and recordings stay.

-- +goose Up
ALTER TABLE courses ADD COLUMN cancelled BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE courses DROP COLUMN cancelled;
