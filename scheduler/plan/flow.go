package plan

// flow is a network in which the largest flow is looked for (Dinic's algorithm).
type flow struct {
	out   [][]int // edges by node
	edges []edge  // an edge and its way back beside each other
	level []int
	next  []int
}

type edge struct{ to, left int }

func (f *flow) node() int {
	f.out = append(f.out, nil)
	return len(f.out) - 1
}

func (f *flow) edge(from, to, capacity int) {
	f.out[from] = append(f.out[from], len(f.edges))
	f.out[to] = append(f.out[to], len(f.edges)+1)
	f.edges = append(f.edges, edge{to, max(capacity, 0)}, edge{from, 0})
}

func (f *flow) most(source, sink int) int {
	total := 0
	for f.levels(source, sink) {
		f.next = make([]int, len(f.out))
		for {
			n := f.push(source, sink, 1<<30)
			if n == 0 {
				break
			}
			total += n
		}
	}
	return total
}

// levels counts the edges from the source to each node, as far as something can still flow.
func (f *flow) levels(source, sink int) bool {
	f.level = make([]int, len(f.out))
	f.level[source] = 1
	queue := []int{source}
	for len(queue) > 0 {
		node := queue[0]
		queue = queue[1:]
		for _, i := range f.out[node] {
			if e := f.edges[i]; e.left > 0 && f.level[e.to] == 0 {
				f.level[e.to] = f.level[node] + 1
				queue = append(queue, e.to)
			}
		}
	}
	return f.level[sink] > 0
}

func (f *flow) push(node, sink, n int) int {
	if node == sink {
		return n
	}
	for ; f.next[node] < len(f.out[node]); f.next[node]++ {
		i := f.out[node][f.next[node]]
		e := f.edges[i]
		if e.left == 0 || f.level[e.to] != f.level[node]+1 {
			continue
		}
		if d := f.push(e.to, sink, min(n, e.left)); d > 0 {
			f.edges[i].left -= d
			f.edges[i^1].left += d
			return d
		}
	}
	return 0
}
