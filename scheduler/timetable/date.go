package timetable

import (
	"fmt"
	"time"
)

// Date is a day of the civil calendar, counted from 1970-01-01. The zero Date stands for "no date" where a field says so.
type Date int32

const dateLayout = "2006-01-02"

// NewDate returns the date of a year, month and day.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// DateOf returns the day on which the instant falls in the zone.
func DateOf(t time.Time, zone *time.Location) Date { return NewDate(t.In(zone).Date()) }

// ParseDate reads "2026-11-22".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date such as 2026-11-22", s)
	}
	return DateOf(t, time.UTC), nil
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

func (d Date) String() string { return d.utc().Format(dateLayout) }

// Weekday is 1 on Monday and 7 on Sunday (ISO 8601).
func (d Date) Weekday() int { return ((int(d)+3)%7+7)%7 + 1 } // 1970-01-01 was a Thursday

// Monday is the Monday of the date's week.
func (d Date) Monday() Date { return d - Date(d.Weekday()-1) }

// Year is the year of the date.
func (d Date) Year() int { return d.utc().Year() }

// At is the instant, in UTC, of a clock time on this day in the zone.
func (d Date) At(c Clock, zone *time.Location) time.Time {
	y, m, day := d.utc().Date()
	return time.Date(y, m, day, int(c)/60, int(c)%60, 0, 0, zone).UTC()
}

// Clock is a time of day, minutes after midnight.
type Clock int

// ParseClock reads "08:20".
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return 0, fmt.Errorf("%q is not a time such as 08:20", s)
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText makes JSON's "08:20".
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads JSON's "08:20".
func (c *Clock) UnmarshalText(b []byte) (err error) {
	*c, err = ParseClock(string(b))
	return err
}
