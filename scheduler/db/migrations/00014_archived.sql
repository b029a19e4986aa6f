-- A teaching group or portable device that is not used any more: past lessons name it, nobody can choose it.

-- +goose Up
ALTER TABLE teaching_groups ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE portable_devices ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE portable_devices DROP COLUMN archived;
ALTER TABLE teaching_groups DROP COLUMN archived;
