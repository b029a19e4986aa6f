package plan

import (
	"iter"
	"math/bits"

	"github.com/tongtang/tongtang/scheduler/pairing"
)

// cell is a period of the week: 16 times the weekday from 0 on, and the period's number.
type cell uint8

// cells is the number of cells.
const cells = 7 * 16

// cellOf is the cell of a period; periods beyond the 15th have none.
func cellOf(weekday, period int) (cell, bool) {
	if weekday < 1 || weekday > 7 || period < 1 || period > 15 {
		return 0, false
	}
	return cell((weekday-1)*16 + period), true
}

func (c cell) weekday() int { return int(c)/16 + 1 }

func (c cell) period() int { return int(c) % 16 }

// week is a set of cells.
type week [2]uint64

func (w week) has(c cell) bool   { return w[c>>6]>>(c&63)&1 != 0 }
func (w *week) add(c cell)       { w[c>>6] |= 1 << (c & 63) }
func (w *week) remove(c cell)    { w[c>>6] &^= 1 << (c & 63) }
func (w week) and(o week) week   { return week{w[0] & o[0], w[1] & o[1]} }
func (w week) or(o week) week    { return week{w[0] | o[0], w[1] | o[1]} }
func (w week) minus(o week) week { return week{w[0] &^ o[0], w[1] &^ o[1]} }
func (w week) empty() bool       { return w[0]|w[1] == 0 }
func (w week) count() int        { return bits.OnesCount64(w[0]) + bits.OnesCount64(w[1]) }

// all are the cells in order.
func (w week) all() iter.Seq[cell] {
	return func(yield func(cell) bool) {
		for i, word := range w {
			for ; word != 0; word &= word - 1 {
				if !yield(cell(i*64 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// onDays counts the cells, of each weekday perDay at most.
func (w week) onDays(perDay int) int {
	n := 0
	for day := range 7 {
		n += min(bits.OnesCount16(uint16(w[day/4]>>(day%4*16))), perDay)
	}
	return n
}

// weekOf are the cells of a list.
func weekOf(list []pairing.Cell) week {
	var w week
	for _, c := range list {
		if c, ok := cellOf(c.Weekday, c.Period); ok {
			w.add(c)
		}
	}
	return w
}
