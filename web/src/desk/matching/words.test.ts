import i18next, { type TFunction } from 'i18next'
import { beforeAll, expect, it } from 'vitest'
import type { MatchFigure, MatchReason } from '../../api/model'
import enCommon from '../../i18n/en/common.json'
import en from '../../i18n/en/desk.json'
import zhCommon from '../../i18n/zh/common.json'
import zh from '../../i18n/zh/desk.json'
import { figureWords, reasonWords, shiftWords } from './words'

const t: Record<string, TFunction> = {}
beforeAll(async () => {
  for (const [lng, desk, common] of [['zh', zh, zhCommon], ['en', en, enCommon]] as const) {
    t[lng] = await i18next.createInstance().init({ lng, resources: { [lng]: { desk, common } }, interpolation: { escapeValue: false } })
  }
})

const criteria: MatchFigure['criterion'][] = ['slots', 'edition', 'progress', 'overlap', 'shift', 'load', 'county', 'distance', 'network', 'held', 'language']
const codes: MatchReason['code'][] = ['too-many-rooms', 'room-missing', 'load-exceeded', 'class-twice', 'other-subject', 'other-grade', 'other-edition', 'same-school',
  'calendar-missing', 'no-common-slot', 'common-slots-taken']

it('has words for every criterion and every reason in both languages', () => {
  for (const lng of ['zh', 'en']) {
    for (const criterion of criteria) {
      for (const value of [0, 3]) {
        const words = figureWords(t[lng]!, { criterion, known: true, value, of: 4, permille: 500, weight: 1 })
        expect(words, criterion).not.toMatch(/match\.|\{\{/)
      }
      expect(t[lng]!(`desk:match.criterion.${criterion}`)).not.toContain('criterion')
    }
    for (const code of codes) {
      expect(reasonWords(t[lng]!, { code, name: '乙校', wanted: '人教版', has: '湘艺版', amount: 3, limit: 2, detail: '' }), code).not.toMatch(/match\.|\{\{|undefined/)
    }
  }
})

it('tells how to move the bells', () => {
  const shift = { school: { id: 'b', name: '乙校' }, period: 3, rest: false, minutes: -10, slots: 4, gain: 4 }
  expect(shiftWords(t.zh!, shift)).toBe('把乙校第 3 节提前 10 分钟，可有 4 个共同课时')
  expect(shiftWords(t.en!, { ...shift, rest: true, minutes: 5 })).toBe('All from period 3 on at 乙校 5 minutes later gives 4 common slots')
})
