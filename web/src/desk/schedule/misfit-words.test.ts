import i18next, { type TFunction } from 'i18next'
import { beforeAll, expect, it } from 'vitest'
import type { Misfit } from '../../api/model'
import en from '../../i18n/en/desk.json'
import zh from '../../i18n/zh/desk.json'
import { misfitWords } from './misfit-words'

const t: Record<string, TFunction> = {}
beforeAll(async () => {
  for (const [lng, desk] of Object.entries({ zh, en })) {
    const i18n = i18next.createInstance()
    t[lng] = await i18n.init({ lng, resources: { [lng]: { desk } }, interpolation: { escapeValue: false } })
  }
})

const misfit = (code: Misfit['code'], reason: Partial<Misfit['reason']>): Misfit => ({ date: '2027-05-04', code, school: 'b', detail: '', reason: { name: '乙校', ...reason } })

it.each<[Misfit, string, string]>([
  [misfit('day-off', { occasion: '国庆节' }), '乙校当天不上课（国庆节）', '乙校 has no lessons that day (国庆节)'],
  [misfit('other-weekday', { taught: 5, wanted: 3 }), '乙校当天按周五上课，这节课在周三', '乙校 teaches that day like a Fri, the lesson is on Wed'],
  [misfit('other-week', { week: 4 }), '乙校当天按第 4 周上课，这节课不在这一周', '乙校 has week 4 that day, in which the lesson is not held'],
  [misfit('no-period', { period: 8 }), '乙校：没有第 8 节', '乙校: no period 8'],
  [misfit('outside-term', { from: '2026-09-01', to: '2027-01-20' }), '乙校的学期是 2026-09-01 至 2027-01-20', '乙校 has its term from 2026-09-01 to 2027-01-20'],
  [
    misfit('overlap-too-short', { bells: '夏季', from: '2027-05-01', period: 3, start: '10:20', end: '11:00', edge: 'starts', overlap: 25, needed: 40,
      other: { school: 'a', name: '甲校', period: 3, start: '10:05', end: '10:45' } }),
    '乙校自 2027-05-01 起实行“夏季”：第 3 节10:20 才开始，与甲校只有 25 分钟共同时间，需要 40 分钟',
    '乙校 has its 夏季 bells from 2027-05-01: period 3 starts 10:20, 25 of 40 minutes in common with 甲校',
  ],
  [
    misfit('overlap-too-short', { period: 3, start: '10:20', end: '10:50', edge: 'is', overlap: 30, needed: 40 }),
    '乙校：第 3 节 10:20–10:50，只有 30 分钟，需要 40 分钟', '乙校: period 3 is 10:20–10:50, 30 of 40 minutes',
  ],
])('says why %o', (m, chinese, english) => {
  expect(misfitWords(t.zh!, m)).toBe(chinese)
  expect(misfitWords(t.en!, m)).toBe(english)
})
