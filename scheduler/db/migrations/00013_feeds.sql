-- Secrets of the iCalendar feeds of persons and rooms; those of schools stand with them since the beginning. NULL: none was made.

-- +goose Up
ALTER TABLE persons ADD COLUMN calendar TEXT;
ALTER TABLE rooms ADD COLUMN calendar TEXT;
CREATE UNIQUE INDEX persons_calendar ON persons (calendar);
CREATE UNIQUE INDEX rooms_calendar ON rooms (calendar);

-- +goose Down
DROP INDEX rooms_calendar;
DROP INDEX persons_calendar;
ALTER TABLE rooms DROP COLUMN calendar;
ALTER TABLE persons DROP COLUMN calendar;
