-- A change of bells or days of which the lessons are being re-dated, piece by piece: what is left of it. One that a crash broke off goes on.

-- +goose Up
CREATE TABLE redatings (
    id       TEXT PRIMARY KEY,
    area     TEXT NOT NULL REFERENCES areas (id),
    from_day TEXT NOT NULL, -- the first day that is left
    to_day   TEXT NOT NULL, -- '': all there are
    at       BIGINT NOT NULL -- of the latest piece
);

-- +goose Down
DROP TABLE redatings;
