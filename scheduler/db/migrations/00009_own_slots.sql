-- A school's own weekly timetable (校内课表), as it was imported: what its classes, teachers and rooms do without us. Names are kept as the file
-- has them; an id stands beside a name that the school is known to have.

-- +goose Up
CREATE TABLE own_slots (
    id           TEXT PRIMARY KEY,
    school       TEXT NOT NULL REFERENCES schools (id),
    weekday      INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    period       INTEGER NOT NULL CHECK (period BETWEEN 1 AND 30),
    every        INTEGER NOT NULL CHECK (every BETWEEN 1 AND 6),
    phase        INTEGER NOT NULL CHECK (phase >= 0 AND phase < every),
    subject      TEXT NOT NULL,
    class        TEXT REFERENCES classes (id),
    class_name   TEXT NOT NULL,
    teacher      TEXT REFERENCES persons (id),
    teacher_name TEXT NOT NULL,
    room         TEXT REFERENCES rooms (id),
    room_name    TEXT NOT NULL,
    origin       TEXT NOT NULL, -- name of the file
    imported     BIGINT NOT NULL,
    CHECK (class_name <> '' OR teacher_name <> '')
);
CREATE INDEX own_slots_school ON own_slots (school);
CREATE INDEX own_slots_class ON own_slots (class);
CREATE INDEX own_slots_teacher ON own_slots (teacher);
CREATE INDEX own_slots_room ON own_slots (room);

-- +goose Down
DROP TABLE own_slots;
