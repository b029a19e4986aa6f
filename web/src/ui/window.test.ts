import { expect, it } from 'vitest'
import { shown } from './window'

it('draws what is seen, and a little more', () => {
  expect(shown(600, 80, 0, 400)).toEqual({ from: 0, to: 9 })
  expect(shown(600, 80, 8000, 400)).toEqual({ from: 96, to: 109 })
  expect(shown(600, 80, 47_600, 400)).toEqual({ from: 591, to: 600 })
  expect(shown(0, 80, 0, 400)).toEqual({ from: 0, to: 0 })
})
