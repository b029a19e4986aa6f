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
  columns: string
  rows: string
  cells: Cell[]
}

/** Row and column count from 1. */
function cell(key: PaneKey, size: Size, row: number, column: number, rows = 1, columns = 1): Cell {
  return { key, size, area: `${row} / ${column} / ${row + rows} / ${column + columns}` }
}

const fr = (count: number, part = 1) => `repeat(${count}, minmax(0, ${part}fr))`
const MAIN = 'minmax(0, 1fr)'

export function arrange(input: StageInput): StageLayout {
  const floor = input.floor !== null && input.guests.includes(input.floor) ? input.floor : null
  const others = input.guests.filter((key) => key !== floor)
  if (input.shape === 'tall') return tall(input.courseware, floor, others)
  if (input.courseware) return floor === null ? courseware(others) : coursewareAndFloor(floor, others)
  if (floor !== null) return dialogue(floor, others)
  return others.length === 0 ? alone() : withStrip(others)
}

function alone(): StageLayout {
  return { name: 'alone', columns: MAIN, rows: MAIN, cells: [cell('lecturer', 'large', 1, 1)] }
}

/** The lecturer large, the rooms in a column at the right. */
function withStrip(others: PaneKey[]): StageLayout {
  const count = Math.max(4, others.length)
  const strip = others.map((key, i) => cell(key, 'small', i + 1, 2))
  return { name: 'strip', columns: `${MAIN} 18%`, rows: fr(count), cells: [cell('lecturer', 'large', 1, 1, count), ...strip] }
}

/** Lecturer and floor holder equally large, face to face; the other rooms below. */
function dialogue(floor: PaneKey, others: PaneKey[]): StageLayout {
  const strip = others.map((key, i) => cell(key, 'small', 2, i + 1))
  const half = Math.max(2, Math.ceil(others.length / 2))
  return {
    name: 'dialogue',
    columns: fr(half * 2),
    rows: others.length === 0 ? MAIN : `${MAIN} 24%`,
    cells: [cell('lecturer', 'large', 1, 1, 1, half), cell(floor, 'large', 1, half + 1, 1, half), ...strip],
  }
}

/** Courseware large; the lecturer in a side column, the rooms in pairs below. */
function courseware(others: PaneKey[]): StageLayout {
  const pairs = Math.max(2, Math.ceil(others.length / 2))
  const side = others.map((key, i) => cell(key, 'small', 2 + Math.floor(i / 2), 2 + (i % 2)))
  return {
    name: 'courseware',
    columns: `${MAIN} 12% 12%`,
    rows: `minmax(0, 2fr) ${fr(pairs)}`,
    cells: [cell('courseware', 'large', 1, 1, 1 + pairs), cell('lecturer', 'middle', 1, 2, 1, 2), ...side],
  }
}

function coursewareAndFloor(floor: PaneKey, others: PaneKey[]): StageLayout {
  const pairs = Math.max(1, Math.ceil(others.length / 2))
  const side = others.map((key, i) => cell(key, 'small', 3 + Math.floor(i / 2), 2 + (i % 2)))
  return {
    name: 'courseware-floor',
    columns: `${MAIN} 15% 15%`,
    rows: `minmax(0, 2fr) minmax(0, 2fr) ${fr(pairs)}`,
    cells: [cell('courseware', 'large', 1, 1, 2 + pairs), cell(floor, 'middle', 1, 2, 1, 2), cell('lecturer', 'middle', 2, 2, 1, 2), ...side],
  }
}

/** Everything under each other; rows are as high as their pictures. */
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
  return { name: 'tall', columns: fr(6), rows: 'none', cells }
}
