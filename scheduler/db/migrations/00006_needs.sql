-- Needs (需求) of classes and offers (供给) of lecturers. What meets a need are the places of courses that name it.

-- +goose Up
CREATE TABLE needs (
    id        TEXT PRIMARY KEY,
    school    TEXT NOT NULL REFERENCES schools (id),
    class     TEXT NOT NULL REFERENCES classes (id),
    subject   TEXT NOT NULL,
    periods   INTEGER NOT NULL CHECK (periods BETWEEN 1 AND 20), -- a week
    edition   TEXT NOT NULL DEFAULT '', -- 教材版本; '': whichever
    unit      INTEGER NOT NULL DEFAULT 0 CHECK (unit BETWEEN 0 AND 99), -- of the book, to which the class has come; 0: unknown
    room      TEXT REFERENCES rooms (id),
    assistant TEXT REFERENCES persons (id),
    language  TEXT NOT NULL DEFAULT '', -- BCP 47; '': whichever
    down_kbps INTEGER CHECK (down_kbps BETWEEN 1 AND 10000000), -- the network test; NULL: none was made
    up_kbps   INTEGER CHECK (up_kbps BETWEEN 1 AND 10000000),
    tested    BIGINT,
    blocked   TEXT NOT NULL DEFAULT '[]', -- [{weekday, period}] in which the class cannot
    note      TEXT NOT NULL DEFAULT '',
    withdrawn BOOLEAN NOT NULL DEFAULT FALSE,
    created   BIGINT NOT NULL,
    version   INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX needs_school ON needs (school);
CREATE UNIQUE INDEX needs_class_subject ON needs (class, subject) WHERE NOT withdrawn;

CREATE TABLE offers (
    id          TEXT PRIMARY KEY,
    school      TEXT NOT NULL REFERENCES schools (id),
    lecturer    TEXT NOT NULL REFERENCES persons (id),
    subject     TEXT NOT NULL,
    grades      TEXT NOT NULL, -- [number], rising
    edition     TEXT NOT NULL DEFAULT '',
    any_edition BOOLEAN NOT NULL DEFAULT FALSE, -- willing to teach by another edition too
    unit        INTEGER NOT NULL DEFAULT 0 CHECK (unit BETWEEN 0 AND 99),
    rooms       TEXT NOT NULL, -- [room id] of the school, in which the lecturer can teach
    languages   TEXT NOT NULL DEFAULT '[]', -- [BCP 47]
    cap         INTEGER NOT NULL CHECK (cap BETWEEN 1 AND 40), -- periods a week at most, the own school's included
    own_load    INTEGER NOT NULL DEFAULT 0 CHECK (own_load BETWEEN 0 AND 40), -- periods a week at the own school
    free        TEXT NOT NULL DEFAULT '[]', -- [{weekday, period}] in which alone the lecturer can; []: whenever not blocked
    blocked     TEXT NOT NULL DEFAULT '[]', -- [{weekday, period}]
    note        TEXT NOT NULL DEFAULT '',
    withdrawn   BOOLEAN NOT NULL DEFAULT FALSE,
    created     BIGINT NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX offers_school ON offers (school);
CREATE UNIQUE INDEX offers_lecturer_subject ON offers (lecturer, subject) WHERE NOT withdrawn;

ALTER TABLE course_places ADD COLUMN need TEXT REFERENCES needs (id);
CREATE INDEX course_places_need ON course_places (need);
ALTER TABLE courses ADD COLUMN offer TEXT REFERENCES offers (id);
ALTER TABLE schools ADD COLUMN lat DOUBLE PRECISION; -- degrees; NULL: unknown
ALTER TABLE schools ADD COLUMN lon DOUBLE PRECISION;

-- +goose Down
ALTER TABLE schools DROP COLUMN lon;
ALTER TABLE schools DROP COLUMN lat;
ALTER TABLE courses DROP COLUMN offer;
DROP INDEX course_places_need;
ALTER TABLE course_places DROP COLUMN need;
DROP TABLE offers;
DROP TABLE needs;
