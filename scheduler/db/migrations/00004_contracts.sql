-- What a school's line carries by its contract, kbit/s; NULL: what the media server assumes of every school.

-- +goose Up
ALTER TABLE schools ADD COLUMN down_kbps INTEGER CHECK (down_kbps BETWEEN 256 AND 1000000);
ALTER TABLE schools ADD COLUMN up_kbps INTEGER CHECK (up_kbps BETWEEN 256 AND 1000000);

-- +goose Down
ALTER TABLE schools DROP COLUMN up_kbps;
ALTER TABLE schools DROP COLUMN down_kbps;
