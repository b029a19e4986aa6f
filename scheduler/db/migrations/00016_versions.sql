-- Needs, offers, proposals and plans of terms, too, tell two who change the same at once of each other.

-- +goose Up
ALTER TABLE proposals ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE plans ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

ALTER TABLE schedule_changes RENAME TO schedule_changes_before;
CREATE TABLE schedule_changes (
    kind    TEXT NOT NULL CHECK (kind IN ('lesson', 'course', 'pairing', 'area', 'need', 'offer', 'proposal', 'plan')),
    object  TEXT NOT NULL,
    version INTEGER NOT NULL, -- that the change made
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL, -- person, '' the server itself
    action  TEXT NOT NULL, -- operation id
    reason  TEXT NOT NULL DEFAULT '',
    fields  TEXT NOT NULL DEFAULT '[]', -- [{field, from, to}]
    CONSTRAINT schedule_changes_once PRIMARY KEY (kind, object, version)
);
INSERT INTO schedule_changes (kind, object, version, at, actor, action, reason, fields)
    SELECT kind, object, version, at, actor, action, reason, fields FROM schedule_changes_before;
DROP TABLE schedule_changes_before;

-- +goose Down
ALTER TABLE schedule_changes RENAME TO schedule_changes_after;
CREATE TABLE schedule_changes (
    kind    TEXT NOT NULL CHECK (kind IN ('lesson', 'course', 'pairing', 'area')),
    object  TEXT NOT NULL,
    version INTEGER NOT NULL,
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    reason  TEXT NOT NULL DEFAULT '',
    fields  TEXT NOT NULL DEFAULT '[]',
    CONSTRAINT schedule_changes_key PRIMARY KEY (kind, object, version)
);
INSERT INTO schedule_changes SELECT * FROM schedule_changes_after WHERE kind IN ('lesson', 'course', 'pairing', 'area');
DROP TABLE schedule_changes_after;
ALTER TABLE plans DROP COLUMN version;
ALTER TABLE proposals DROP COLUMN version;
