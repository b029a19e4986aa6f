-- Bells and days are decided by areas: by a school for itself, by a wider area as the default of all its schools. The nearest decision holds.

-- +goose Up
CREATE TABLE area_days (
    area    TEXT NOT NULL REFERENCES areas (id),
    day     TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('off', 'like', 'bells', 'ordinary')),
    weekday INTEGER NOT NULL DEFAULT 0 CHECK (weekday BETWEEN 0 AND 7),
    week    INTEGER NOT NULL DEFAULT 0, -- 0: the day's own
    bells   TEXT NOT NULL DEFAULT '', -- id or name of a schedule that the school has: a default calls it by its name
    name    TEXT NOT NULL DEFAULT '', -- the occasion
    PRIMARY KEY (area, day),
    CHECK ((kind = 'like') = (weekday > 0)),
    CHECK (kind <> 'bells' OR bells <> '')
);
INSERT INTO area_days (area, day, kind, weekday, week, bells)
    SELECT school, day, kind, CASE WHEN kind = 'like' THEN weekday ELSE 0 END, week, COALESCE(bells, '') FROM day_overrides;
DROP TABLE day_overrides;

CREATE TABLE area_bells (
    id         TEXT PRIMARY KEY,
    area       TEXT NOT NULL REFERENCES areas (id),
    name       TEXT NOT NULL,
    campus     TEXT NOT NULL DEFAULT '', -- '': every campus
    stage      TEXT NOT NULL DEFAULT '' CHECK (stage IN ('', 'primary', 'junior', 'senior')), -- '': every stage
    valid_from TEXT, -- NULL: since ever
    valid_to   TEXT, -- NULL: for ever
    weekdays   INTEGER NOT NULL DEFAULT 0 CHECK (weekdays BETWEEN 0 AND 127), -- bit 0 is Monday; 0: every day
    periods    TEXT NOT NULL,
    CHECK (valid_from <= valid_to)
);
CREATE INDEX area_bells_area ON area_bells (area);
INSERT INTO area_bells (id, area, name, valid_from, valid_to, weekdays, periods) SELECT id, school, name, valid_from, valid_to, weekdays, periods FROM bells;
DROP TABLE bells;

ALTER TABLE classes ADD COLUMN campus TEXT NOT NULL DEFAULT '';
ALTER TABLE classes ADD COLUMN stage TEXT NOT NULL DEFAULT '' CHECK (stage IN ('', 'primary', 'junior', 'senior')); -- '': that of the grade
ALTER TABLE rooms ADD COLUMN campus TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE rooms DROP COLUMN campus;
ALTER TABLE classes DROP COLUMN stage;
ALTER TABLE classes DROP COLUMN campus;
CREATE TABLE bells (
    id         TEXT PRIMARY KEY,
    school     TEXT NOT NULL REFERENCES schools (id),
    name       TEXT NOT NULL,
    valid_from TEXT,
    valid_to   TEXT,
    weekdays   INTEGER NOT NULL DEFAULT 0,
    periods    TEXT NOT NULL
);
CREATE INDEX bells_school ON bells (school);
INSERT INTO bells (id, school, name, valid_from, valid_to, weekdays, periods)
    SELECT id, area, name, valid_from, valid_to, weekdays, periods FROM area_bells WHERE area IN (SELECT id FROM schools);
DROP TABLE area_bells;
CREATE TABLE day_overrides (
    school  TEXT NOT NULL REFERENCES schools (id),
    day     TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('off', 'like', 'bells')),
    weekday INTEGER NOT NULL DEFAULT 0 CHECK (weekday BETWEEN 0 AND 7),
    week    INTEGER NOT NULL DEFAULT 0,
    bells   TEXT REFERENCES bells (id),
    PRIMARY KEY (school, day)
);
INSERT INTO day_overrides (school, day, kind, weekday, week, bells)
    SELECT area, day, kind, weekday, week, (SELECT b.id FROM bells b WHERE b.id = area_days.bells) FROM area_days
    WHERE kind <> 'ordinary' AND area IN (SELECT id FROM schools);
DROP TABLE area_days;
