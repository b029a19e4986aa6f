package plan

// bound is how many periods a week no plan exceeds. It is the largest flow of periods from needs through offers to the rooms of the lead schools, in
// which each need may have several teachers, the lessons of one week stand in any cells that both could have, each lesson is shared by as many
// classes as the policy allows whether or not their bells agree, and only numbers count: of periods a teacher has left, of cells in which a room,
// a class or its room is free. What it leaves out: that two lessons want the same cell.
func (m *model) bound() int {
	var f flow
	source, sink := f.node(), f.node()
	schools, rooms := map[string]int{}, map[int]int{}
	teachers := make([]int, len(m.free))
	for i := range teachers {
		teachers[i] = f.node()
	}
	shares := max(m.p.Policy.Rooms, 1)
	offers := make([]int, len(m.offers))
	for i, o := range m.offers {
		offers[i] = f.node()
		f.edge(offers[i], teachers[o.load], shares*min(m.free[o.load], o.open.count()))
	}
	for i, node := range teachers {
		for _, j := range m.ofTeacher[i] {
			school, ok := schools[m.offers[j].School.ID]
			if !ok {
				school = f.node()
				schools[m.offers[j].School.ID] = school
			}
			f.edge(node, school, shares*m.free[i])
		}
	}
	for _, o := range m.offers {
		for _, room := range o.rooms {
			if _, ok := rooms[room]; !ok {
				rooms[room] = f.node()
				f.edge(schools[o.School.ID], rooms[room], shares*cells)
				f.edge(rooms[room], sink, shares*m.roomCells(room))
			}
		}
	}
	m.needsInto(&f, source, offers)
	return f.most(source, sink)
}

// roomCells counts the cells in which a room, or a class, is free of what stays; of a room with bells of several kinds those of each.
func (m *model) roomCells(room int) int {
	n := 0
	for i, clock := range m.parties[room].clocks {
		n += m.clocks[clock].cells.minus(m.parties[room].base[i]).count()
	}
	return n
}

// needsInto adds the needs, their classes and receiving rooms.
func (m *model) needsInto(f *flow, source int, offers []int) {
	classes, rooms := map[int]int{}, map[int]int{}
	through := func(nodes map[int]int, party, from int) int {
		node, ok := nodes[party]
		if !ok {
			in := f.node()
			node = f.node()
			nodes[party] = node
			f.edge(in, node, m.roomCells(party))
			nodes[-party-1] = in
			if from >= 0 {
				f.edge(from, in, cells)
			}
		}
		return node
	}
	for i := range m.needs {
		n := &m.needs[i]
		if len(n.options) == 0 {
			continue
		}
		node := f.node()
		class := through(classes, n.parties[0], source)
		room := through(rooms, n.parties[1], -1)
		f.edge(class, rooms[-n.parties[1]-1], n.Periods)
		f.edge(room, node, n.most)
		for _, opt := range n.options {
			f.edge(node, offers[opt.offer], min(n.Periods, opt.open.onDays(n.perDay)))
		}
	}
}
