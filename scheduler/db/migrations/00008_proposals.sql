-- A proposal brings an offer to a need. Both schools accept it, then the lecturer; with the last answer it becomes a course.

-- +goose Up
CREATE TABLE proposals (
    id          TEXT PRIMARY KEY,
    need        TEXT NOT NULL REFERENCES needs (id),
    offer       TEXT NOT NULL REFERENCES offers (id),
    state       TEXT NOT NULL CHECK (state IN ('schools', 'lecturer', 'published', 'refused', 'withdrawn', 'expired')),
    title       TEXT NOT NULL,
    room        TEXT NOT NULL REFERENCES rooms (id), -- of the lecturer
    minutes     INTEGER NOT NULL,
    valid_from  TEXT NOT NULL,
    valid_to    TEXT NOT NULL,
    slots       TEXT NOT NULL, -- [{weekday, start, end, periods: school id → number}]
    forms       TEXT NOT NULL, -- of the pairing, where one has to be made
    score       INTEGER NOT NULL, -- permille, as it was when it was proposed
    figures     TEXT NOT NULL, -- of the criteria, as they were
    coordinator TEXT NOT NULL REFERENCES persons (id),
    created     BIGINT NOT NULL,
    expires     BIGINT NOT NULL,
    decided     BIGINT, -- when it came to its end
    reason      TEXT NOT NULL DEFAULT '', -- of a refusal or withdrawal
    course      TEXT REFERENCES courses (id),
    CHECK (valid_from <= valid_to),
    CHECK ((state = 'published') = (course IS NOT NULL))
);
CREATE UNIQUE INDEX proposals_open ON proposals (need, offer) WHERE state IN ('schools', 'lecturer');
CREATE INDEX proposals_state ON proposals (state);

CREATE TABLE proposal_answers (
    proposal TEXT NOT NULL REFERENCES proposals (id),
    side     TEXT NOT NULL CHECK (side IN ('lead', 'partner', 'lecturer')),
    person   TEXT NOT NULL REFERENCES persons (id),
    at       BIGINT NOT NULL,
    accepted BOOLEAN NOT NULL,
    reason   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (proposal, side)
);

-- +goose Down
DROP TABLE proposal_answers;
DROP TABLE proposals;
