-- What was decided about a dated lesson, and the versions by which two who change the same thing at once notice each other.

-- +goose Up
ALTER TABLE lessons ADD COLUMN instead_of TEXT REFERENCES persons (id); -- 代课: the lecturer by plan, when another teaches
ALTER TABLE lessons ADD COLUMN moved_from BIGINT; -- 调课: start by plan
ALTER TABLE lessons ADD COLUMN moved_period INTEGER NOT NULL DEFAULT 0; -- number of the lead school's period by plan, of a moved lesson
ALTER TABLE lessons ADD COLUMN replaces TEXT REFERENCES lessons (id); -- 补课: what it makes up for
CREATE UNIQUE INDEX lessons_replaces ON lessons (replaces); -- once

ALTER TABLE lessons ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE courses ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE pairings ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE areas ADD COLUMN version INTEGER NOT NULL DEFAULT 1; -- of a school too: its bells, days, term and contract

-- Who changed what. That a version is made once is held by the key.
CREATE TABLE schedule_changes (
    kind    TEXT NOT NULL CHECK (kind IN ('lesson', 'course', 'pairing', 'area')),
    object  TEXT NOT NULL,
    version INTEGER NOT NULL, -- that the change made
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL, -- person, '' the server itself
    action  TEXT NOT NULL, -- operation id
    reason  TEXT NOT NULL DEFAULT '',
    fields  TEXT NOT NULL DEFAULT '[]', -- [{field, from, to}]
    CONSTRAINT schedule_changes_key PRIMARY KEY (kind, object, version)
);

-- +goose Down
DROP TABLE schedule_changes;
ALTER TABLE areas DROP COLUMN version;
ALTER TABLE pairings DROP COLUMN version;
ALTER TABLE courses DROP COLUMN version;
ALTER TABLE lessons DROP COLUMN version;
DROP INDEX lessons_replaces;
ALTER TABLE lessons DROP COLUMN replaces;
ALTER TABLE lessons DROP COLUMN moved_period;
ALTER TABLE lessons DROP COLUMN moved_from;
ALTER TABLE lessons DROP COLUMN instead_of;
