package db

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	"github.com/uptrace/bun"
)

// EnrolmentTTL is how long an enrolment code is good for.
const EnrolmentTTL = 24 * time.Hour

// SecretHash is how random secrets (not passwords) are stored.
func SecretHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// NewEnrolment makes an enrolment code, 8 digits, for a device of the room. Codes that nobody used and that are long over are forgotten.
func NewEnrolment(ctx context.Context, tx bun.Tx, room string, now time.Time) (string, time.Time, error) {
	if _, err := tx.NewDelete().Model((*Enrolment)(nil)).Where("expires < ?", At(now.Add(-30*24*time.Hour))).Exec(ctx); err != nil {
		return "", time.Time{}, err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		return "", time.Time{}, err
	}
	code, expires := fmt.Sprintf("%08d", n), now.Add(EnrolmentTTL)
	_, err = tx.NewInsert().Model(&Enrolment{CodeHash: SecretHash(code), Room: room, Expires: At(expires)}).
		On("CONFLICT (code_hash) DO UPDATE").Set("room = EXCLUDED.room").Set("expires = EXCLUDED.expires").Set("used = NULL").Exec(ctx)
	return code, expires, err
}

// DeviceView is a device with the names of its place.
type DeviceView struct {
	Device
	RoomName   string
	School     string
	SchoolName string
}

// Devices lists the devices of schools, by school and room.
func Devices(ctx context.Context, q bun.IDB, schools []string) ([]DeviceView, error) {
	var rows []DeviceView
	err := q.NewSelect().Model(&rows).ModelTableExpr("devices AS device").
		ColumnExpr("device.*, r.name AS room_name, r.school AS school, a.name AS school_name").
		Join("JOIN rooms r ON r.id = device.room").Join("JOIN areas a ON a.id = r.school").
		Where("r.school IN (?)", bun.List(schools)).Order("a.name", "r.name", "device.created").Scan(ctx)
	return rows, err
}

// RoomView is a room with its school's name.
type RoomView struct {
	Room
	SchoolName string
}

// RoomByID finds a room; ErrNotFound.
func RoomByID(ctx context.Context, q bun.IDB, id string) (*RoomView, error) {
	var r RoomView
	err := q.NewSelect().Model(&r).ModelTableExpr("rooms AS room").ColumnExpr("room.*, a.name AS school_name").
		Join("JOIN areas a ON a.id = room.school").Where("room.id = ?", id).Scan(ctx)
	return &r, err
}
