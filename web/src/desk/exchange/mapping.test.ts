import { expect, it } from 'vitest'
import en from '../../i18n/en/exchange.json'
import zh from '../../i18n/zh/exchange.json'
import { fieldsOf, rosterFields, weeksWord } from './mapping'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

it('offers the fields that a form has', () => {
  expect(fieldsOf({ form: 'grid', whose: 'class' })).toEqual(['period'])
  expect(fieldsOf({ form: 'overview', whose: 'teacher' })).toEqual(['teacher'])
  for (const f of [...fieldsOf({ form: 'list', whose: 'class' }), ...Object.values(rosterFields).flat()]) expect(zh.field).toHaveProperty(f)
})

it('says the weeks', () => {
  expect(weeksWord('odd')).toEqual({ key: 'weeks.odd' })
  expect(weeksWord('2/3')).toEqual({ key: 'weeks.cycle', nth: 2, every: 3 })
})

it('has words in both languages for everything that can be wrong with a row', () => {
  const go = ['schoolweek/schoolweek.go', 'roster/roster.go', 'importroster.go'].map((f) => readFileSync(join(import.meta.dirname, '../../../../scheduler', f), 'utf8')).join('\n')
  const listed = /Codes of faults: ([^]*?)\nfunc|Codes of faults: ([^]*?)type Fault/.exec(go)?.[0] ?? ''
  const codes = new Set([...listed.matchAll(/\b([a-z]+(?:-[a-z]+)+)\b/g), ...go.matchAll(/fault\("([a-z-]+)"|Code: "([a-z-]+)"/g)].map((m) => m[1] ?? m[2] ?? ''))
  codes.delete('file-too-large') // of the whole file
  expect(codes.size).toBeGreaterThan(18)
  for (const words of [zh, en]) for (const code of codes) expect(words.fault).toHaveProperty(code)
  expect(Object.keys(en.fault).sort()).toEqual(Object.keys(zh.fault).sort())
})
