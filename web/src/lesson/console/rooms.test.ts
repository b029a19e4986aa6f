import { expect, test } from 'vitest'
import { apply, emptyState } from '../../live/reducer'
import type { Lesson } from '../../live/lesson-api'
import type { EventBody, LessonState, Participant } from '../../live/wire'
import { audience, handsWithoutStage, nextHand, roomTiles } from './rooms'

const lesson = {
  rooms: [
    { id: 'main', name: '录播教室一', class: 'lecturer', school: 'm', schoolName: '明湖' },
    { id: 'qing', name: '青山教室', class: 'interactive', school: 'q', schoolName: '青山' },
    { id: 'shi', name: '石桥教室', class: 'interactive', school: 's', schoolName: '石桥' },
  ],
} as Lesson

const room = (id: string): Participant => ({ id: `p-${id}`, name: id, role: 'room', room: id, sources: [`room-${id}`] })
const pupil: Participant = { id: 'xiaoyu', name: '小雨', role: 'student' }

function after(...bodies: EventBody[]): LessonState {
  return bodies.reduce((state, body, i) => apply(state, { seq: i + 1, time: '', author: 'x', ...body }), emptyState())
}

const join = (data: Participant): EventBody => ({ type: 'participant.joined', data })
const raise = (id: string): EventBody => ({ type: 'hand.raised', data: { id } })
const give = (id: string): EventBody => ({ type: 'floor.given', data: { id } })

test('every room of the timetable has a tile, here or not, in its order', () => {
  const tiles = roomTiles(lesson, after(join(room('shi'))))
  expect(tiles.map((t) => [t.name, t.participant?.id ?? null])).toEqual([
    ['青山 青山教室', null],
    ['石桥 石桥教室', 'p-shi'],
  ])
})

test('hands have their places, turns are counted, who speaks is marked', () => {
  const state = after(join(room('qing')), join(room('shi')), join(pupil), raise('xiaoyu'), raise('p-shi'), give('p-qing'))
  const [qing, shi] = roomTiles(lesson, state)
  expect(qing).toMatchObject({ hand: 0, turns: 1, speaking: true })
  expect(shi).toMatchObject({ hand: 2, turns: 0, speaking: false })
})

test('a guest with a camera who is not on the timetable gets a tile too', () => {
  const tiles = roomTiles(lesson, after(join({ ...room('other'), name: '观摩教室' })))
  expect(tiles.at(-1)?.name).toBe('观摩教室')
})

test('the tile knows its source', () => {
  const state = after(join(room('qing')), {
    type: 'source.up',
    data: { id: 'room-qing', slot: 'guest', participant: 'p-qing', name: 'q', video: true, audio: true },
  })
  expect(roomTiles(lesson, state)[0]?.source?.id).toBe('room-qing')
})

test('the next hand is the first that can take the stage; the others are listed', () => {
  const state = after(join(pupil), join(room('shi')), raise('xiaoyu'), raise('p-shi'))
  expect(nextHand(state)).toBe('p-shi')
  expect(handsWithoutStage(state)).toEqual([{ participant: pupil, place: 1 }])
  expect(nextHand(after(join(pupil), raise('xiaoyu')))).toBeNull()
})

test('the audience does not count the lecturer', () => {
  expect(audience(after(join({ id: 'chen', name: '陈', role: 'lecturer' }), join(pupil)))).toBe(1)
})
