-- The quality record: how the line of every viewer and source of a lesson was, a row for every ten seconds. Identifiers only: no names, no addresses.

-- +goose Up
CREATE TABLE quality_sessions (
    session     TEXT PRIMARY KEY, -- of WHIP or WHEP
    lesson      TEXT NOT NULL REFERENCES lessons (id),
    participant TEXT NOT NULL,
    role        TEXT NOT NULL, -- of the grant
    school      TEXT NOT NULL, -- '' none
    room        TEXT NOT NULL, -- '' none: a person
    source      TEXT NOT NULL, -- what a publisher publishes, what a viewer of one source watches
    last_at     BIGINT NOT NULL -- of its rows: when they are old, all of the session goes
);
CREATE INDEX quality_sessions_lesson ON quality_sessions (lesson);
CREATE INDEX quality_sessions_last_at ON quality_sessions (last_at);

CREATE TABLE viewer_quality (
    session      TEXT NOT NULL REFERENCES quality_sessions (session) ON DELETE CASCADE,
    at           BIGINT NOT NULL,
    ms           INTEGER NOT NULL, -- that the row tells of
    packets      INTEGER NOT NULL,
    bytes        BIGINT NOT NULL,
    repairs      INTEGER NOT NULL,
    dropped      INTEGER NOT NULL, -- that did not get out of the server
    expected     INTEGER NOT NULL, -- packets, of the viewer's reports
    lost         INTEGER NOT NULL, -- of them, before repair
    rtt_us       INTEGER NOT NULL, -- 0 unknown
    jitter_us    INTEGER NOT NULL,
    estimate     BIGINT NOT NULL, -- bit/s, 0 unknown
    shown        TEXT NOT NULL, -- source on the lecturer's pane
    layer        TEXT NOT NULL,
    direct       BOOLEAN NOT NULL,
    page_ms      INTEGER NOT NULL, -- that the page told of, 0: it told nothing
    freezes      INTEGER NOT NULL,
    frozen_ms    INTEGER NOT NULL,
    decoded      INTEGER NOT NULL, -- pictures
    not_shown    INTEGER NOT NULL, -- pictures that were decoded and dropped
    concealed_ms INTEGER NOT NULL, -- of voice
    buffer_ms    INTEGER NOT NULL,
    PRIMARY KEY (session, at)
);

CREATE TABLE source_quality (
    session   TEXT NOT NULL REFERENCES quality_sessions (session) ON DELETE CASCADE,
    layer     TEXT NOT NULL, -- RID, or '.voice'
    at        BIGINT NOT NULL,
    ms        INTEGER NOT NULL,
    packets   INTEGER NOT NULL,
    bytes     BIGINT NOT NULL,
    expected  INTEGER NOT NULL,
    lost      INTEGER NOT NULL, -- after repair
    rtt_us    INTEGER NOT NULL,
    jitter_us INTEGER NOT NULL, -- RFC 3550 §6.4.1
    PRIMARY KEY (session, layer, at)
);

-- +goose Down
DROP TABLE source_quality;
DROP TABLE viewer_quality;
DROP TABLE quality_sessions;
