package bandwidth

import "slices"

// Uplink is one source of those that share a contract.
type Uplink struct {
	Class Class
	Rate  int64 // bit/s that come of it now
}

// What sources are given, bit/s: the least at which a picture with a voice is still of use, and the most that is worth its bits.
const (
	leastUp = 250_000
	mostUp  = 4_000_000
)

// Caps shares a contract (bit/s) among the sources of a school: what each may send, 0 as much as it likes. The more important comes first;
// nobody gets less than the least for which there is room. Who is given more than it sends leaves the rest to the others.
func Caps(contract int64, sources []Uplink) []int64 {
	caps := make([]int64, len(sources))
	if contract == 0 || int64(len(sources))*mostUp <= contract {
		return caps
	}
	least := min(leastUp, contract/int64(max(1, len(sources))))
	left := contract - least*int64(len(sources))
	order := make([]int, len(sources))
	for i := range order {
		order[i], caps[i] = i, least
	}
	slices.SortStableFunc(order, func(i, j int) int { return int(sources[i].Class - sources[j].Class) })
	for _, i := range order {
		want := min(mostUp, sources[i].Rate*5/4+leastUp)
		more := min(left, max(0, want-least))
		caps[i] += more
		left -= more
	}
	for _, i := range order { // what nobody asks for yet is room to grow
		more := min(left, mostUp-caps[i])
		caps[i] += more
		left -= more
	}
	return caps
}
