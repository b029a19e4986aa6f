-- One SQL for SQLite and PostgreSQL. Instants are milliseconds since 1970 in UTC, dates are local 'YYYY-MM-DD', documents are JSON in TEXT.

-- +goose Up
CREATE TABLE areas (
    id     TEXT PRIMARY KEY,
    parent TEXT REFERENCES areas (id),
    level  INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5), -- 部 省 市 区/县 校
    name   TEXT NOT NULL,
    CHECK ((level = 1) = (parent IS NULL))
);
CREATE INDEX areas_parent ON areas (parent);

CREATE TABLE schools (
    id         TEXT PRIMARY KEY REFERENCES areas (id),
    code       TEXT NOT NULL UNIQUE, -- 一校一码, as given
    kind       TEXT NOT NULL CHECK (kind IN ('urban', 'rural')),
    stage      TEXT NOT NULL CHECK (stage IN ('primary', 'junior', 'senior')),
    zone       TEXT NOT NULL,
    term_name  TEXT NOT NULL,
    term_from  TEXT NOT NULL,
    term_to    TEXT NOT NULL,
    term_week1 TEXT NOT NULL,
    calendar   TEXT UNIQUE, -- secret of the iCalendar feed
    CHECK (term_from <= term_to)
);

CREATE TABLE bells (
    id         TEXT PRIMARY KEY,
    school     TEXT NOT NULL REFERENCES schools (id),
    name       TEXT NOT NULL,
    valid_from TEXT, -- NULL: since ever
    valid_to   TEXT, -- NULL: for ever
    weekdays   INTEGER NOT NULL DEFAULT 0, -- bit 0 is Monday; 0: every day
    periods    TEXT NOT NULL
);
CREATE INDEX bells_school ON bells (school);

CREATE TABLE day_overrides (
    school  TEXT NOT NULL REFERENCES schools (id),
    day     TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('off', 'like', 'bells')),
    weekday INTEGER NOT NULL DEFAULT 0 CHECK (weekday BETWEEN 0 AND 7),
    week    INTEGER NOT NULL DEFAULT 0,
    bells   TEXT REFERENCES bells (id),
    PRIMARY KEY (school, day)
);

CREATE TABLE rooms (
    id     TEXT PRIMARY KEY,
    school TEXT NOT NULL REFERENCES schools (id),
    name   TEXT NOT NULL,
    class  TEXT NOT NULL CHECK (class IN ('lecturer', 'interactive', 'terminal')),
    UNIQUE (school, name)
);

CREATE TABLE classes (
    id     TEXT PRIMARY KEY,
    school TEXT NOT NULL REFERENCES schools (id),
    name   TEXT NOT NULL,
    grade  INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 12),
    UNIQUE (school, name)
);

CREATE TABLE persons (
    id       TEXT PRIMARY KEY,
    login    TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    password TEXT NOT NULL, -- argon2id
    class    TEXT REFERENCES classes (id),
    locale   TEXT NOT NULL DEFAULT '',
    blocked  BOOLEAN NOT NULL DEFAULT FALSE,
    created  BIGINT NOT NULL
);

CREATE TABLE person_roles (
    person TEXT NOT NULL REFERENCES persons (id),
    role   TEXT NOT NULL CHECK (role IN ('lecturer', 'assistant', 'student', 'coordinator', 'observer', 'school-admin', 'operator')),
    area   TEXT NOT NULL REFERENCES areas (id),
    PRIMARY KEY (person, role, area)
);
CREATE INDEX person_roles_area ON person_roles (area);

CREATE TABLE sessions (
    token   TEXT PRIMARY KEY, -- a hash of the cookie
    data    TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE pairings (
    id         TEXT PRIMARY KEY,
    lead       TEXT NOT NULL REFERENCES schools (id),
    scope      TEXT NOT NULL CHECK (scope IN ('county', 'city', 'province')),
    forms      TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to   TEXT NOT NULL,
    created    BIGINT NOT NULL,
    CHECK (valid_from <= valid_to)
);

CREATE TABLE pairing_partners (
    pairing TEXT NOT NULL REFERENCES pairings (id) ON DELETE CASCADE,
    school  TEXT NOT NULL REFERENCES schools (id),
    place   INTEGER NOT NULL,
    PRIMARY KEY (pairing, school)
);

CREATE TABLE courses (
    id         TEXT PRIMARY KEY,
    pairing    TEXT NOT NULL REFERENCES pairings (id),
    title      TEXT NOT NULL,
    subject    TEXT NOT NULL,
    grade      INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 12),
    kind       TEXT NOT NULL CHECK (kind IN ('delivered', 'master', 'open')),
    lecturer   TEXT NOT NULL REFERENCES persons (id),
    room       TEXT NOT NULL REFERENCES rooms (id),
    minutes    INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to   TEXT NOT NULL,
    misfits    TEXT NOT NULL,
    created    BIGINT NOT NULL,
    CHECK (valid_from <= valid_to)
);

CREATE TABLE course_places (
    course    TEXT NOT NULL REFERENCES courses (id),
    place     INTEGER NOT NULL,
    school    TEXT NOT NULL REFERENCES schools (id),
    room      TEXT NOT NULL REFERENCES rooms (id),
    class     TEXT NOT NULL REFERENCES classes (id),
    assistant TEXT REFERENCES persons (id),
    PRIMARY KEY (course, room)
);

CREATE TABLE course_slots (
    course  TEXT NOT NULL REFERENCES courses (id),
    no      INTEGER NOT NULL,
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    every   INTEGER NOT NULL DEFAULT 1 CHECK (every >= 1),
    phase   INTEGER NOT NULL DEFAULT 0,
    periods TEXT NOT NULL, -- school id → number of its own period
    PRIMARY KEY (course, no)
);

CREATE TABLE lessons (
    id         TEXT PRIMARY KEY,
    course     TEXT REFERENCES courses (id),
    title      TEXT NOT NULL,
    subject    TEXT NOT NULL,
    grade      INTEGER NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('delivered', 'master', 'open')),
    state      TEXT NOT NULL CHECK (state IN ('planned', 'live', 'ended', 'cancelled', 'missed')),
    start_at   BIGINT NOT NULL,
    end_at     BIGINT NOT NULL,
    lecturer   TEXT NOT NULL REFERENCES persons (id),
    extra      BOOLEAN NOT NULL DEFAULT FALSE, -- 补课
    record     BOOLEAN NOT NULL DEFAULT TRUE,
    started_at BIGINT,
    ended_at   BIGINT,
    reason     TEXT NOT NULL DEFAULT '',
    sequence   INTEGER NOT NULL DEFAULT 0, -- RFC 5545 SEQUENCE
    changed    BIGINT NOT NULL,
    CHECK (start_at < end_at),
    CHECK (state <> 'live' OR started_at IS NOT NULL)
);
CREATE INDEX lessons_start ON lessons (start_at);
CREATE INDEX lessons_state ON lessons (state);
CREATE INDEX lessons_course ON lessons (course);

CREATE TABLE lesson_rooms (
    lesson       TEXT NOT NULL REFERENCES lessons (id),
    place        INTEGER NOT NULL, -- 0 is the lecturer's room
    room         TEXT NOT NULL REFERENCES rooms (id),
    school       TEXT NOT NULL REFERENCES schools (id),
    class        TEXT REFERENCES classes (id),
    assistant    TEXT REFERENCES persons (id),
    period_no    INTEGER NOT NULL DEFAULT 0, -- 0: outside the periods
    period_name  TEXT NOT NULL DEFAULT '',
    period_start TEXT NOT NULL DEFAULT '',
    period_end   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (lesson, room),
    UNIQUE (lesson, place)
);
CREATE INDEX lesson_rooms_school ON lesson_rooms (school);
CREATE INDEX lesson_rooms_room ON lesson_rooms (room);

-- Who and what is taken by which lesson. A cancelled lesson has no bookings. That intervals do not overlap is checked in the serialisable
-- transaction that inserts; that nothing begins twice at the same instant is held by the key.
CREATE TABLE bookings (
    dimension TEXT NOT NULL CHECK (dimension IN ('person', 'room', 'class')),
    who       TEXT NOT NULL,
    start_at  BIGINT NOT NULL,
    end_at    BIGINT NOT NULL,
    lesson    TEXT NOT NULL REFERENCES lessons (id),
    PRIMARY KEY (dimension, who, start_at),
    CHECK (start_at < end_at)
);
CREATE INDEX bookings_lesson ON bookings (lesson);

CREATE TABLE devices (
    id        TEXT PRIMARY KEY,
    room      TEXT NOT NULL REFERENCES rooms (id),
    name      TEXT NOT NULL,
    key_hash  TEXT NOT NULL UNIQUE,
    version   TEXT NOT NULL DEFAULT '',
    status    TEXT NOT NULL DEFAULT '',
    last_seen BIGINT,
    created   BIGINT NOT NULL
);
CREATE INDEX devices_room ON devices (room);

CREATE TABLE enrolments (
    code_hash TEXT PRIMARY KEY,
    room      TEXT NOT NULL REFERENCES rooms (id),
    expires   BIGINT NOT NULL,
    used      BIGINT
);

CREATE TABLE resources (
    lesson    TEXT PRIMARY KEY REFERENCES lessons (id),
    title     TEXT NOT NULL,
    subject   TEXT NOT NULL,
    grade     INTEGER NOT NULL,
    lecturer  TEXT NOT NULL, -- name
    school    TEXT NOT NULL REFERENCES schools (id),
    taught_at BIGINT NOT NULL,
    state     TEXT NOT NULL,
    duration  DOUBLE PRECISION NOT NULL DEFAULT 0, -- seconds
    recording TEXT NOT NULL,
    changed   BIGINT NOT NULL
);
CREATE INDEX resources_taught_at ON resources (taught_at);

CREATE TABLE audit (
    id      TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL, -- person or device id, '' the server itself
    action  TEXT NOT NULL, -- operation id
    object  TEXT NOT NULL,
    detail  TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);

-- +goose Down
DROP TABLE audit;
DROP TABLE resources;
DROP TABLE enrolments;
DROP TABLE devices;
DROP TABLE bookings;
DROP TABLE lesson_rooms;
DROP TABLE lessons;
DROP TABLE course_slots;
DROP TABLE course_places;
DROP TABLE courses;
DROP TABLE pairing_partners;
DROP TABLE pairings;
DROP TABLE sessions;
DROP TABLE person_roles;
DROP TABLE persons;
DROP TABLE classes;
DROP TABLE rooms;
DROP TABLE day_overrides;
DROP TABLE bells;
DROP TABLE schools;
DROP TABLE areas;
