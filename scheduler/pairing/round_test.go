package pairing

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

func TestARoundIsRenewedOnce(t *testing.T) {
	first := good()
	first.ID = "first"
	second := Renew(first)
	require.Equal(t, first.To+1, second.From)
	require.Equal(t, first.To-first.From, second.To-second.From)
	require.Empty(t, Check(second, []Pairing{first}))
	require.Equal(t, 2, Round(second, "b", []Pairing{first}))
	second.ID = "second"
	third := Renew(second)
	require.Equal(t, []string{RenewedBefore}, codes(Check(third, []Pairing{first, second})))
	third.Lead, third.Partners = b, []School{a}
	require.Equal(t, []string{RenewedBefore}, codes(Check(third, []Pairing{first, second})), "whoever leads")
	third.From, third.To = third.From+pause, third.To+pause
	require.Empty(t, Check(third, []Pairing{first, second}), "after a year without")
	third = Renew(second)
	third.Partners = []School{far}
	third.Scope = City
	require.Empty(t, Check(third, []Pairing{first, second}), "other schools begin anew")
}

// Renewing whatever was accepted leads to two rounds and no more, however the rounds are cut.
func TestNobodyIsPairedForMoreThanTwoRounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := good()
		p.To = p.From + timetable.Date(rapid.IntRange(0, 3*365).Draw(t, "days"))
		var accepted []Pairing
		for i := range 5 {
			p.ID = string(rune('a' + i))
			if len(Check(p, accepted)) > 0 {
				break
			}
			accepted = append(accepted, p)
			p = Renew(p)
		}
		require.Len(t, accepted, MaxRounds)
	})
}
