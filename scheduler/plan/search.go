package plan

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
)

// search looks for a plan: each need in turn, the scarcest first; then, for each one that is not met, others make room for it and are placed anew.
// What meets no less than before is kept, so that it also leaves what is only good here and there.
type search struct {
	*state
	bound    int
	progress func(Progress)
	rand     *rand.Rand
	step     int
	steps    int
	ejected  []int
}

// every is the number of steps after which progress is told and the context looked at.
const every = 64

func (s *search) run(ctx context.Context) error {
	s.rand = rand.New(rand.NewPCG(1, 2))
	s.steps = cmp.Or(s.p.Effort, usualEffort) * len(s.needs)
	for _, n := range s.scarcest() {
		s.place(n, 0)
	}
	for ; s.step < s.steps && s.placed < s.bound; s.step++ {
		if err := s.tell(ctx); err != nil {
			return err
		}
		lacking := s.lacking()
		if len(lacking) == 0 {
			break
		}
		s.try(lacking[s.rand.IntN(len(lacking))])
	}
	s.polish()
	s.mend()
	return ctx.Err()
}

// mend takes seats from lessons that hold on too few days since others left them: with fewer schools there are more days on which all teach alike.
func (s *search) mend() {
	for j := range s.offers {
		for i := 0; i < len(s.lessons[j]); i++ {
			l := &s.lessons[j][i]
			for len(l.seats) > 1 && !s.locked(j, l) && !s.agree(l, &s.offers[j]) {
				n := l.seats[len(l.seats)-1].need
				at := slices.IndexFunc(s.at[n].holds, func(h hold) bool { return h.lead == l.cell })
				s.remove(n, s.at[n].holds[at])
			}
		}
	}
}

func (s *search) tell(ctx context.Context) error {
	if s.step%every != 0 {
		return nil
	}
	if s.progress != nil {
		s.progress(Progress{s.step, s.steps, s.placed, s.bound})
	}
	return ctx.Err()
}

// scarcest are the needs, those first that have the least to choose from.
func (s *search) scarcest() []int {
	order := make([]int, len(s.needs))
	choice := make([]int, len(s.needs))
	for n := range order {
		order[n] = n
		for _, opt := range s.needs[n].options {
			choice[n] += min(s.left[s.offers[opt.offer].load], opt.open.onDays(s.needs[n].perDay), s.needs[n].Periods)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(choice[a]*s.needs[b].Periods, choice[b]*s.needs[a].Periods), cmp.Compare(a, b))
	})
	return order
}

// lacking are the needs that could have more than they have.
func (s *search) lacking() []int {
	var list []int
	for n := range s.needs {
		if len(s.at[n].holds) < s.needs[n].most {
			list = append(list, n)
		}
	}
	return list
}

// place gives the need the first of its options, from one of chance on if there is noise, that meets it wholly, or else the one that meets it most.
func (s *search) place(n, noise int) {
	if s.missing(n) <= 0 {
		return
	}
	options := s.needs[n].options
	first := 0
	if noise > 0 && len(options) > 0 {
		first = s.rand.IntN(len(options))
	}
	var best *option
	var bestPicks []pick
	for i := range options {
		opt := &options[(first+i)%len(options)]
		if s.at[n].option != nil && s.at[n].option != opt {
			continue
		}
		picks := s.picks(n, opt, noise, s.rand.IntN)
		if len(picks) > len(bestPicks) {
			best, bestPicks = opt, picks
		}
		if len(bestPicks) == s.missing(n) {
			break
		}
	}
	if best != nil {
		s.give(n, best, bestPicks)
	}
}

// noise of the search: as much as the cost of two busy rooms.
const noise = 2 * costOfRoom

// try makes room for a need, and takes it back if less is met then.
func (s *search) try(n int) {
	s.journal = s.journal[:0]
	placed, kept := s.placed, s.kept
	s.ejected = s.ejected[:0]
	s.empty(n)
	if s.at[n].fixed > 0 || s.rand.IntN(4) > 0 {
		s.force(n)
	} else {
		s.place(n, noise)
	}
	s.rand.Shuffle(len(s.ejected), func(i, j int) { s.ejected[i], s.ejected[j] = s.ejected[j], s.ejected[i] })
	for _, m := range s.ejected {
		s.place(m, noise)
	}
	s.place(n, noise) // if it was not forced wholly
	if s.placed < placed || s.placed == placed && s.kept < kept {
		s.back(0)
	}
}

// polish places every need anew where that makes the score better and meets no less.
func (s *search) polish() {
	for _, n := range s.scarcest() {
		if s.at[n].fixed > 0 || len(s.at[n].holds) == 0 {
			continue
		}
		s.journal = s.journal[:0]
		placed, kept, score := s.placed, s.kept, s.score
		s.empty(n)
		s.place(n, 0)
		if s.placed < placed || s.placed == placed && (s.kept < kept || s.kept == kept && s.score <= score) {
			s.back(0)
		}
	}
}
