-- Everything that a lesson takes: teaching groups and devices beside people, rooms and classes; and what it shares: the schools' lines and the
-- recordings at once.

-- +goose Up
CREATE TABLE teaching_groups ( -- 教学班, of pupils from several classes (走班)
    id     TEXT PRIMARY KEY,
    school TEXT NOT NULL REFERENCES schools (id),
    name   TEXT NOT NULL,
    band   TEXT NOT NULL DEFAULT '', -- groups of one band share the pupils of their classes out among them; '': none
    UNIQUE (school, name)
);

CREATE TABLE teaching_group_classes (
    teaching_group TEXT NOT NULL REFERENCES teaching_groups (id) ON DELETE CASCADE,
    class          TEXT NOT NULL REFERENCES classes (id),
    PRIMARY KEY (teaching_group, class)
);
CREATE INDEX teaching_group_classes_class ON teaching_group_classes (class);

CREATE TABLE portable_devices ( -- that a school lends to lessons: a camera, a recorder on wheels, a set of tablets
    id     TEXT PRIMARY KEY,
    school TEXT NOT NULL REFERENCES schools (id),
    name   TEXT NOT NULL,
    UNIQUE (school, name)
);

ALTER TABLE course_places RENAME TO course_places_before;
CREATE TABLE course_places (
    course         TEXT NOT NULL REFERENCES courses (id),
    place          INTEGER NOT NULL,
    school         TEXT NOT NULL REFERENCES schools (id),
    room           TEXT NOT NULL REFERENCES rooms (id),
    class          TEXT REFERENCES classes (id),
    teaching_group TEXT REFERENCES teaching_groups (id),
    assistant      TEXT REFERENCES persons (id),
    need           TEXT REFERENCES needs (id),
    CONSTRAINT course_places_key PRIMARY KEY (course, room),
    CHECK ((class IS NULL) <> (teaching_group IS NULL))
);
INSERT INTO course_places (course, place, school, room, class, assistant, need) SELECT course, place, school, room, class, assistant, need FROM course_places_before;
DROP TABLE course_places_before;
CREATE INDEX course_places_need ON course_places (need);

CREATE TABLE course_devices (
    course TEXT NOT NULL REFERENCES courses (id),
    device TEXT NOT NULL REFERENCES portable_devices (id),
    PRIMARY KEY (course, device)
);

CREATE TABLE lesson_devices (
    lesson TEXT NOT NULL REFERENCES lessons (id),
    device TEXT NOT NULL REFERENCES portable_devices (id),
    PRIMARY KEY (lesson, device)
);

ALTER TABLE lesson_rooms ADD COLUMN teaching_group TEXT REFERENCES teaching_groups (id);
ALTER TABLE lessons ADD COLUMN picture TEXT NOT NULL DEFAULT 'full' CHECK (picture IN ('full', 'small')); -- that its schools' lines are planned for

ALTER TABLE courses ADD COLUMN picture TEXT NOT NULL DEFAULT 'full' CHECK (picture IN ('full', 'small'));
ALTER TABLE courses ADD COLUMN record BOOLEAN NOT NULL DEFAULT TRUE;

-- What a lesson has for itself. A cancelled lesson has no bookings. That intervals do not overlap is checked in the serialisable transaction
-- that inserts; that nothing begins twice at the same instant is held by the key.
ALTER TABLE bookings RENAME TO bookings_before;
CREATE TABLE bookings (
    dimension TEXT NOT NULL CHECK (dimension IN ('person', 'room', 'class', 'group', 'device')),
    who       TEXT NOT NULL,
    start_at  BIGINT NOT NULL,
    end_at    BIGINT NOT NULL,
    lesson    TEXT NOT NULL REFERENCES lessons (id),
    CONSTRAINT bookings_key PRIMARY KEY (dimension, who, start_at),
    CHECK (start_at < end_at)
);
INSERT INTO bookings (dimension, who, start_at, end_at, lesson) SELECT dimension, who, start_at, end_at, lesson FROM bookings_before;
DROP TABLE bookings_before;
CREATE INDEX bookings_lesson ON bookings (lesson);

-- What a lesson takes of something that several share: kbit/s of a school's line, one of the recordings at once.
CREATE TABLE loads (
    dimension TEXT NOT NULL CHECK (dimension IN ('bandwidth', 'uplink', 'recorder')),
    who       TEXT NOT NULL, -- school; '' the server's recorders
    start_at  BIGINT NOT NULL,
    end_at    BIGINT NOT NULL,
    lesson    TEXT NOT NULL REFERENCES lessons (id),
    amount    INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (lesson, dimension, who),
    CHECK (start_at < end_at)
);
CREATE INDEX loads_who ON loads (dimension, who, start_at);
INSERT INTO loads (dimension, who, start_at, end_at, lesson, amount)
    SELECT 'recorder', '', start_at, end_at, id, 1 FROM lessons WHERE record AND state IN ('planned', 'live');
INSERT INTO loads (dimension, who, start_at, end_at, lesson, amount)
    SELECT 'bandwidth', r.school, l.start_at, l.end_at, l.id, SUM(CASE WHEN r.place = 0 THEN 1500 ELSE 2500 END)
    FROM lessons l JOIN lesson_rooms r ON r.lesson = l.id WHERE l.state IN ('planned', 'live') GROUP BY r.school, l.start_at, l.end_at, l.id;
INSERT INTO loads (dimension, who, start_at, end_at, lesson, amount)
    SELECT 'uplink', r.school, l.start_at, l.end_at, l.id, SUM(CASE WHEN r.place = 0 THEN 2500 ELSE 1500 END)
    FROM lessons l JOIN lesson_rooms r ON r.lesson = l.id JOIN rooms ro ON ro.id = r.room
    WHERE l.state IN ('planned', 'live') AND (r.place = 0 OR ro.class <> 'terminal') GROUP BY r.school, l.start_at, l.end_at, l.id;

-- The capacities of the server itself, as its configuration says. Those of the schools' lines are their contracts.
CREATE TABLE capacities (
    dimension TEXT NOT NULL CHECK (dimension IN ('recorder')),
    who       TEXT NOT NULL,
    amount    INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (dimension, who)
);

-- +goose Down
DROP TABLE capacities;
DROP TABLE loads;
DELETE FROM bookings WHERE dimension IN ('group', 'device');
ALTER TABLE bookings RENAME TO bookings_after;
CREATE TABLE bookings (
    dimension TEXT NOT NULL CHECK (dimension IN ('person', 'room', 'class')),
    who       TEXT NOT NULL,
    start_at  BIGINT NOT NULL,
    end_at    BIGINT NOT NULL,
    lesson    TEXT NOT NULL REFERENCES lessons (id),
    PRIMARY KEY (dimension, who, start_at),
    CHECK (start_at < end_at)
);
INSERT INTO bookings SELECT * FROM bookings_after;
DROP TABLE bookings_after;
CREATE INDEX bookings_lesson ON bookings (lesson);
ALTER TABLE courses DROP COLUMN record;
ALTER TABLE courses DROP COLUMN picture;
ALTER TABLE lessons DROP COLUMN picture;
ALTER TABLE lesson_rooms DROP COLUMN teaching_group;
DROP TABLE lesson_devices;
DROP TABLE course_devices;
ALTER TABLE course_places RENAME TO course_places_after;
CREATE TABLE course_places (
    course    TEXT NOT NULL REFERENCES courses (id),
    place     INTEGER NOT NULL,
    school    TEXT NOT NULL REFERENCES schools (id),
    room      TEXT NOT NULL REFERENCES rooms (id),
    class     TEXT NOT NULL REFERENCES classes (id),
    assistant TEXT REFERENCES persons (id),
    need      TEXT REFERENCES needs (id),
    PRIMARY KEY (course, room)
);
INSERT INTO course_places SELECT course, place, school, room, class, assistant, need FROM course_places_after WHERE class IS NOT NULL;
DROP TABLE course_places_after;
CREATE INDEX course_places_need ON course_places (need);
DROP TABLE portable_devices;
DROP TABLE teaching_group_classes;
DROP TABLE teaching_groups;
