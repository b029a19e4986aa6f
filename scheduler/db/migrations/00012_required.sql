-- How many periods a week the curriculum asks for, by class and subject: what the ledger (开课率) compares the delivered ones with.

-- +goose Up
CREATE TABLE required_periods (
    class    TEXT NOT NULL REFERENCES classes (id),
    subject  TEXT NOT NULL,
    per_week INTEGER NOT NULL CHECK (per_week BETWEEN 1 AND 40),
    PRIMARY KEY (class, subject)
);

-- +goose Down
DROP TABLE required_periods;
