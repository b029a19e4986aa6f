import { describe, expect, it } from 'vitest'
import type { Lesson } from '../api/model'
import { actOf, byUrgency, lookOf } from './lesson-state'

const at = Date.parse('2026-11-23T00:10:00Z')
const lesson = (more: Partial<Lesson>): Lesson => ({ id: 'x', state: 'planned', start: '2026-11-23T00:20:00Z', canJoin: false, canStart: false, ...more }) as Lesson

describe('a lesson on the desk', () => {
  it('is soon a quarter of an hour before its time', () => {
    expect(lookOf(lesson({}), at)).toBe('soon')
    expect(lookOf(lesson({ start: '2026-11-23T02:00:00Z' }), at)).toBe('planned')
    expect(lookOf(lesson({ state: 'live' }), at)).toBe('live')
  })
  it('offers the one thing to do', () => {
    expect(actOf(lesson({ state: 'live', canJoin: true }), at)).toBe('enter')
    expect(actOf(lesson({ state: 'live' }), at)).toBe('')
    expect(actOf(lesson({ canStart: true, mine: 'lecturer' }), at)).toBe('start')
    expect(actOf(lesson({ mine: 'student' }), at)).toBe('wait')
    expect(actOf(lesson({ state: 'ended', recording: { state: 'stored', percent: 100 } }), at)).toBe('replay')
    expect(actOf(lesson({ state: 'ended', recording: { state: 'composing', percent: 10 } }), at)).toBe('recording')
    expect(actOf(lesson({ state: 'cancelled' }), at)).toBe('')
  })
  it('stands first when it is on air', () => {
    const list = [lesson({ id: 'over', state: 'ended' }), lesson({ id: 'next' }), lesson({ id: 'now', state: 'live' })]
    expect(byUrgency(list, at).map((l) => l.id)).toEqual(['now', 'next', 'over'])
  })
})
