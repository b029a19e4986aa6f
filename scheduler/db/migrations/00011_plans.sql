-- A plan of a term (排学期) for all open needs of an area, and its parts: courses to be. What a part takes away from is the courses that it replaces.

-- +goose Up
CREATE TABLE plans (
    id          TEXT PRIMARY KEY,
    area        TEXT NOT NULL REFERENCES areas (id),
    coordinator TEXT NOT NULL REFERENCES persons (id),
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'cancelled', 'failed')),
    moves       BOOLEAN NOT NULL, -- what earlier plans put in place may move
    valid_from  TEXT NOT NULL,
    valid_to    TEXT NOT NULL,
    created     BIGINT NOT NULL,
    finished    BIGINT,
    result      TEXT NOT NULL DEFAULT '', -- what was found, without the parts
    reason      TEXT NOT NULL DEFAULT '', -- code, of a failure
    CHECK (valid_from <= valid_to),
    CHECK ((state IN ('waiting', 'running')) = (finished IS NULL))
);
CREATE UNIQUE INDEX plans_at_work ON plans (area) WHERE state IN ('waiting', 'running');
CREATE INDEX plans_area ON plans (area, created);

CREATE TABLE plan_parts (
    plan     TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    no       INTEGER NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('new', 'moved', 'kept', 'dropped')),
    offer    TEXT NOT NULL REFERENCES offers (id),
    room     TEXT NOT NULL REFERENCES rooms (id), -- of the lecturer
    needs    TEXT NOT NULL, -- [need id]
    slots    TEXT NOT NULL, -- [{weekday, start, end, periods: school id → number}]
    replaces TEXT NOT NULL, -- [course id] whose needs it meets
    locked   BOOLEAN NOT NULL DEFAULT FALSE,
    course   TEXT REFERENCES courses (id), -- that it is or became; of a dropped one: that was dropped
    PRIMARY KEY (plan, no)
);
CREATE INDEX plan_parts_course ON plan_parts (course);

-- +goose Down
DROP TABLE plan_parts;
DROP TABLE plans;
