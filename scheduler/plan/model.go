package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// model is a problem in numbers.
type model struct {
	p       *Problem
	ask     pairing.Question // for scores
	zone    *time.Location
	clocks  []*clock
	parties []party
	lines   []line
	needs   []need
	offers  []offer

	ofNeed, ofOffer map[string]int
	ofClock         map[classClock]int // by school and set; -1: none
	ofName          map[string]int     // of clocks
	ofParty         map[timetable.Use]int
	ofLine          map[timetable.Use]int
	links           map[[2]int]*link
	shadows         map[[2]int]*shadow
	begin, end      time.Time
	loadOf          map[string]int // of teachers: index of free
	free            []int          // periods a week that a teacher has left
	ofTeacher       [][]int        // offers
	keys            map[key]int
	own             map[string][]int // slots of own timetables, by who and what is in them
}

type classClock struct {
	school string
	set    timetable.Set
}

// key is what needs that share a lesson have in common.
type key struct {
	subject, edition string
	grade            int
}

// party is somebody or something that a lesson takes for itself, with what is taken by what stays, by clock.
type party struct {
	clocks []int
	base   []week
}

// line is one direction of the line of a school, in kbit/s.
type line struct {
	use    timetable.Use
	limit  int
	clocks []int
	base   []int // by cell of the first clock: the load of what stays
}

// share is what a lesson takes of a line.
type share struct{ line, amount int }

type need struct {
	*pairing.Need
	clock   int
	key     int
	perDay  int
	open    week // whatever else is planned
	parties []int
	shares  []share // of lines that are limited
	options []option
	most    int // periods a week that any one offer could give, if it had nothing else to do
}

// option is an offer that suits a need, the best first.
type option struct {
	offer int
	link  *link
	open  week // cells of the lead school in which both could, whatever else is planned
	score int
}

type offer struct {
	*pairing.Offer
	clock   int
	open    week // for one grade at least
	teacher int
	rooms   []int
	shut    []week // by room: what own timetables have in it
	shares  []share
	load    int // index of free
}

func newModel(p *Problem) *model {
	if p.Weights == nil {
		p.Weights = pairing.DefaultWeights
	}
	if p.Board == nil {
		p.Board = timetable.NewBoard(nil, nil)
	}
	m := &model{p: p, zone: time.UTC, ofNeed: map[string]int{}, ofOffer: map[string]int{}, ofClock: map[classClock]int{}, ofName: map[string]int{}, ofParty: map[timetable.Use]int{},
		ofLine: map[timetable.Use]int{}, links: map[[2]int]*link{}, shadows: map[[2]int]*shadow{}, loadOf: map[string]int{}, keys: map[key]int{},
		ask: pairing.Question{Policy: p.Policy, Weights: p.Weights, History: p.History}}
	for _, cal := range p.Calendars {
		m.zone = cal.Zone // that of all
	}
	m.findOwn()
	m.begin, m.end = p.From.At(0, m.zone), (p.To+1).At(0, m.zone)
	for i := range p.Offers {
		m.addOffer(&p.Offers[i])
	}
	for i := range p.Needs {
		m.addNeed(&p.Needs[i])
	}
	m.findOptions()
	return m
}

// clock is the clock of a school's classes; -1 where it has no bells.
func (m *model) clock(school string, set timetable.Set) int {
	at := classClock{school, set}
	if i, ok := m.ofClock[at]; ok {
		return i
	}
	m.ofClock[at] = -1
	if cal := m.p.Calendars[school]; cal != nil {
		c := newClock(cal.For(set), m.p.From, m.p.To)
		name := c.name()
		i, ok := m.ofName[name]
		if !ok {
			i = len(m.clocks)
			m.clocks, m.ofName[name] = append(m.clocks, c), i
		}
		m.ofClock[at] = i
	}
	return m.ofClock[at]
}

// party notes that somebody or something is used by a clock.
func (m *model) party(d timetable.Dimension, id string, clock int) int {
	u := timetable.Use{Dimension: d, ID: id}
	i, ok := m.ofParty[u.Key()]
	if !ok {
		i = len(m.parties)
		m.parties, m.ofParty[u.Key()] = append(m.parties, party{}), i
	}
	if p := &m.parties[i]; clock >= 0 && !slices.Contains(p.clocks, clock) {
		var taken week
		for start, end := range m.p.Board.Held(u, m.begin, m.end) {
			taken = taken.or(m.clocks[clock].taken(m.p.From, m.zone, start, end))
		}
		p.clocks, p.base = append(p.clocks, clock), append(p.base, taken)
	}
	return i
}

// baseOf is what stays of a party, by the clock.
func (m *model) baseOf(party, clock int) week {
	p := &m.parties[party]
	return p.base[slices.Index(p.clocks, clock)]
}

// shares are what a lesson takes of the lines of a school that have a limit.
func (m *model) shares(school string, clock int, of pairing.Line) []share {
	var list []share
	add := func(d timetable.Dimension, amount int) {
		if i := m.line(timetable.Use{Dimension: d, ID: school}, clock); i >= 0 && amount > 0 {
			list = append(list, share{i, amount})
		}
	}
	add(timetable.BandwidthDim, of.Down)
	add(timetable.UplinkDim, of.Up)
	return list
}

// line is -1 where it is as wide as wanted.
func (m *model) line(u timetable.Use, clock int) int {
	limit, limited := m.p.Board.Limit(u)
	if !limited || clock < 0 {
		return -1
	}
	i, ok := m.ofLine[u]
	if !ok {
		i = len(m.lines)
		m.lines, m.ofLine[u] = append(m.lines, line{use: u, limit: limit, base: make([]int, cells)}), i
	}
	l := &m.lines[i]
	if slices.Contains(l.clocks, clock) {
		return i
	}
	if l.clocks = append(l.clocks, clock); len(l.clocks) == 1 {
		for c := range m.clocks[clock].cells.all() {
			for _, s := range m.spans(place{m.clocks[clock], c}) {
				l.base[c] = max(l.base[c], m.p.Board.Peak(u, s.start, s.end))
			}
		}
	}
	return i
}

// span is a dated time.
type span struct{ start, end time.Time }

// spans are the dated times of a cell.
func (m *model) spans(at place) []span {
	var list []span
	for d, s := range at.clock.spells[at.cell] {
		if s.end > 0 {
			date := m.p.date(d)
			list = append(list, span{date.At(timetable.Clock(s.start), m.zone), date.At(timetable.Clock(s.end), m.zone)})
		}
	}
	return list
}

func (m *model) addOffer(o *pairing.Offer) {
	clock := m.clock(o.School.ID, o.Set)
	if _, ok := m.loadOf[o.Teacher]; !ok {
		m.loadOf[o.Teacher] = len(m.free)
		m.free, m.ofTeacher = append(m.free, max(o.Cap-o.Load, 0)), append(m.ofTeacher, nil)
	}
	own := offer{Offer: o, clock: clock, load: m.loadOf[o.Teacher], teacher: m.party(timetable.LecturerDim, o.Teacher, clock), shares: m.shares(o.School.ID, clock, m.p.Policy.Lead())}
	m.free[own.load] = min(m.free[own.load], max(o.Cap-o.Load, 0))
	for _, room := range o.Rooms {
		own.rooms, own.shut = append(own.rooms, m.party(timetable.RoomDim, room, clock)), append(own.shut, m.ownRoom(&own, room))
	}
	if clock >= 0 {
		own.open = m.clocks[clock].cells.minus(weekOf(o.Blocked)).minus(m.baseOf(own.teacher, clock)).minus(m.ownTeacher(&own, 0))
		if len(o.Free) > 0 {
			own.open = own.open.and(weekOf(o.Free))
		}
	}
	m.ofTeacher[own.load] = append(m.ofTeacher[own.load], len(m.offers))
	m.ofOffer[o.ID] = len(m.offers)
	m.offers = append(m.offers, own)
}

func (m *model) addNeed(n *pairing.Need) {
	clock := m.clock(n.School.ID, n.Set)
	k := key{n.Subject, n.Edition, n.Grade}
	if _, ok := m.keys[k]; !ok {
		m.keys[k] = len(m.keys)
	}
	own := need{Need: n, clock: clock, key: m.keys[k], perDay: n.PerDay(), shares: m.shares(n.School.ID, clock, m.p.Policy.Receiving(*n))}
	own.parties = append(own.parties, m.party(timetable.ClassDim, n.Class, clock), m.party(timetable.RoomDim, n.Room, clock))
	if n.Assistant != "" {
		own.parties = append(own.parties, m.party(timetable.AssistantDim, n.Assistant, clock))
	}
	if clock >= 0 {
		own.open = m.clocks[clock].cells.minus(weekOf(n.Blocked)).minus(m.ownNeed(&own))
		for _, party := range own.parties {
			own.open = own.open.minus(m.baseOf(party, clock))
		}
	}
	m.ofNeed[n.ID] = len(m.needs)
	m.needs = append(m.needs, own)
}

// findOptions fits offers to needs.
func (m *model) findOptions() {
	bySubject := map[string][]int{}
	for i, o := range m.offers {
		bySubject[o.Subject] = append(bySubject[o.Subject], i)
	}
	for i := range m.needs {
		n := &m.needs[i]
		for _, j := range bySubject[n.Subject] {
			if m.suits(n, &m.offers[j]) {
				m.addOption(n, j)
			}
		}
		slices.SortStableFunc(n.options, func(a, b option) int { return cmp.Compare(b.score, a.score) })
	}
}

func (m *model) suits(n *need, o *offer) bool {
	within := m.p.Scope == "" || pairing.Within(n.School, o.School, m.p.Scope)
	return within && n.clock >= 0 && o.clock >= 0 && len(pairing.Hindrances(*n.Need, *o.Offer, m.p.Policy)) == 0
}

func (m *model) addOption(n *need, j int) {
	o := &m.offers[j]
	opt := option{offer: j, link: m.link(o.clock, n.clock)}
	minutes, count := 0, 0
	for c := range opt.link.lead.and(o.open).minus(m.ownTeacher(o, n.Grade)).all() {
		if n.open.has(opt.link.partner[c]) {
			opt.open.add(c)
			minutes += int(opt.link.minutes[c])
			count++
		}
	}
	slots := min(opt.open.onDays(n.perDay), n.Periods)
	if slots == 0 || len(o.rooms) == 0 {
		return
	}
	opt.score = m.ask.Score(*n.Need, *o.Offer, pairing.Prospect{Slots: slots, Minutes: min(minutes/count, m.p.Policy.Minutes), Known: slots >= n.Periods})
	n.most = max(n.most, slots)
	n.options = append(n.options, opt)
}

func (m *model) link(a, b int) *link {
	l, ok := m.links[[2]int{a, b}]
	if !ok {
		l = newLink(m.clocks[a], m.clocks[b], m.p.Policy)
		m.links[[2]int{a, b}] = l
	}
	return l
}

func (m *model) shadow(a, b int) *shadow {
	s, ok := m.shadows[[2]int{a, b}]
	if !ok {
		s = shadowOf(m.clocks[a], m.clocks[b])
		m.shadows[[2]int{a, b}] = s
	}
	return s
}
