-- What an area decided about matching and planning (结对规则): the nearest decision above a school holds.

-- +goose Up
CREATE TABLE area_policies (
    area        TEXT PRIMARY KEY REFERENCES areas (id),
    rooms       INTEGER NOT NULL CHECK (rooms BETWEEN 1 AND 50), -- that receive one lesson, at most
    minutes     INTEGER NOT NULL CHECK (minutes BETWEEN 10 AND 180), -- that the periods of all schools have in common
    minimum     INTEGER NOT NULL, -- or so many, where the periods begin together; 0: not agreed
    held        INTEGER NOT NULL CHECK (held BETWEEN 1 AND 1000), -- permille of the school days on which a weekly slot holds
    any_edition BOOLEAN NOT NULL, -- editions are no hindrance
    picture     TEXT NOT NULL CHECK (picture IN ('full', 'small')), -- that the lines are planned for
    weights     TEXT NOT NULL, -- {criterion: 0–100}
    CHECK (minimum = 0 OR minimum BETWEEN 10 AND minutes)
);

-- +goose Down
DROP TABLE area_policies;
