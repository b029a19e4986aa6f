// Where each picture of the stage stands: data, without React and without a browser. Cells of one CSS grid, so that a video element keeps its
// place in the document whatever happens on stage.

/** The pictures of a stage. own is the room's own camera. */
export type PaneKey = 'lecturer' | 'courseware' | 'own' | `guest-${number}`

/** wide: lying screens; tall: a phone held upright. */
export type Shape = 'wide' | 'tall'

export interface StageInput {
  shape: Shape
  courseware: boolean
  /** Pictures of the other rooms, and own, in their order. */
  guests: PaneKey[]
  /** The one of guests that has the floor. */
  floor: PaneKey | null
}

export type Size = 'large' | 'middle' | 'small'

export interface Cell {
  key: PaneKey
  /** CSS grid-area: row start / column start / row end / column end. */
  area: string
  size: Size
}

export interface StageLayout {
  name: string
  /** CSS grid tracks. */
  columns: string
  rows: string
  cells: Cell[]
}

/** Row and column count from 1. */
function cell(key: PaneKey, size: Size, row: number, column: number, rows = 1, columns = 1): Cell {
  return { key, size, area: `${row} / ${column} / ${row + rows} / ${column + columns}` }
}

// Every picture is 16:9 and as wide as its cell, so a column's width is bounded by the height that its pictures may take together: cqh is 1 % of
// the stage's height.
const SIXTEEN_NINTHS = 1.7778
const capped = (pictures: number, share = 98) => `${Math.floor((share * SIXTEEN_NINTHS) / pictures)}cqh`
const MAIN = `minmax(0, ${capped(1, 100)})`
const repeat = (count: number, track: string) => `repeat(${count}, ${track})`

export function arrange(input: StageInput): StageLayout {
  const floor = input.floor !== null && input.guests.includes(input.floor) ? input.floor : null
  const others = input.guests.filter((key) => key !== floor)
  if (input.shape === 'tall') return tall(input.courseware, floor, others)
  if (input.courseware) return floor === null ? courseware(others) : coursewareAndFloor(floor, others)
  if (floor !== null) return dialogue(floor, others)
  return others.length === 0 ? alone() : withStrip(others)
}

function alone(): StageLayout {
  return { name: 'alone', columns: MAIN, rows: 'auto', cells: [cell('lecturer', 'large', 1, 1)] }
}

/** The lecturer large, the rooms in a column at the right. */
function withStrip(others: PaneKey[]): StageLayout {
  const count = Math.max(4, others.length)
  const strip = others.map((key, i) => cell(key, 'small', i + 1, 2))
  return {
    name: 'strip',
    columns: `${MAIN} min(18%, ${capped(count)})`,
    rows: `${repeat(others.length, 'auto')} 1fr`,
    cells: [cell('lecturer', 'large', 1, 1, others.length + 1), ...strip],
  }
}

/** Lecturer and floor holder equally large, face to face; the other rooms below. */
function dialogue(floor: PaneKey, others: PaneKey[]): StageLayout {
  const half = Math.max(2, Math.ceil(others.length / 2))
  const strip = others.map((key, i) => cell(key, 'small', 2, i + 1))
  // In widths of a small picture: the large ones are `half` high, those below 1.
  const high = others.length === 0 ? half : half + 1
  return {
    name: 'dialogue',
    columns: repeat(half * 2, `minmax(0, ${capped(high, 97)})`),
    rows: 'auto auto',
    cells: [cell('lecturer', 'large', 1, 1, 1, half), cell(floor, 'large', 1, half + 1, 1, half), ...strip],
  }
}

/** Courseware large; in a side column the lecturer, and the rooms in pairs below. */
function courseware(others: PaneKey[]): StageLayout {
  const pairs = Math.ceil(others.length / 2)
  const side = others.map((key, i) => cell(key, 'small', 2 + Math.floor(i / 2), 2 + (i % 2)))
  return {
    name: 'courseware',
    columns: `${MAIN} ${repeat(2, `min(12%, ${capped(2 + Math.max(2, pairs))})`)}`,
    rows: `${repeat(1 + pairs, 'auto')} 1fr`,
    cells: [cell('courseware', 'large', 1, 1, 2 + pairs), cell('lecturer', 'middle', 1, 2, 1, 2), ...side],
  }
}

function coursewareAndFloor(floor: PaneKey, others: PaneKey[]): StageLayout {
  const pairs = Math.ceil(others.length / 2)
  const side = others.map((key, i) => cell(key, 'small', 3 + Math.floor(i / 2), 2 + (i % 2)))
  return {
    name: 'courseware-floor',
    columns: `${MAIN} ${repeat(2, `min(15%, ${capped(4 + Math.max(1, pairs), 96)})`)}`,
    rows: `${repeat(2 + pairs, 'auto')} 1fr`,
    cells: [cell('courseware', 'large', 1, 1, 3 + pairs), cell(floor, 'middle', 1, 2, 1, 2), cell('lecturer', 'middle', 2, 2, 1, 2), ...side],
  }
}

/** Everything under each other. */
function tall(withCourseware: boolean, floor: PaneKey | null, others: PaneKey[]): StageLayout {
  const cells: Cell[] = []
  let row = 1
  if (withCourseware) cells.push(cell('courseware', 'large', row++, 1, 1, 6))
  const speakers: PaneKey[] = floor === null ? ['lecturer'] : ['lecturer', floor]
  if (withCourseware && speakers.length === 2) {
    speakers.forEach((key, i) => cells.push(cell(key, 'middle', row, 1 + 3 * i, 1, 3)))
    row++
  } else {
    for (const key of speakers) cells.push(cell(key, 'large', row++, 1, 1, 6))
  }
  others.forEach((key, i) => cells.push(cell(key, 'small', row + Math.floor(i / 3), 1 + 2 * (i % 3), 1, 2)))
  return { name: 'tall', columns: repeat(6, 'minmax(0, 1fr)'), rows: 'none', cells }
}
