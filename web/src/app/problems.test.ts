import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import i18next, { type TFunction } from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import deskEn from '../i18n/en/desk-problems.json'
import en from '../i18n/en/problems.json'
import desk from '../i18n/zh/desk-problems.json'
import zh from '../i18n/zh/problems.json'
import { problemWords } from './problems'

let t: TFunction
beforeAll(async () => {
  t = await i18next.init({ lng: 'zh', resources: { zh: { problems: zh, 'desk-problems': desk }, en: { problems: en, 'desk-problems': deskEn } }, interpolation: { escapeValue: false } })
})

describe('words for a problem', () => {
  it('say what happened and what to do', () => {
    expect(problemWords(t, { status: 401, code: 'wrong-password' })).toEqual({ title: zh['wrong-password'].title, advice: zh['wrong-password'].advice })
  })
  it('of the desk alone are there, too', () => {
    expect(problemWords(t, { status: 412, code: 'stale' }).title).toBe(desk.stale.title)
    expect(Object.keys(desk).filter((c) => c in zh)).toEqual([])
  })
  it('of an unknown code name it, for the one who must be told', () => {
    const words = problemWords(t, { status: 422, code: 'moon-full' })
    expect(words.title).toBe(zh.other.title)
    expect(words.advice).toContain('moon-full')
  })
  it('of a proxy without the server behind it', () => {
    expect(problemWords(t, { status: 502, code: 'http-502' }).title).toBe(zh['server-away'].title)
    expect(problemWords(t, { status: 500, code: 'http-500' }).title).toBe(zh.server.title)
    expect(problemWords(t, { status: 404, code: 'http-404' }).title).toBe(zh['not-found'].title)
  })
  it('tell moments as school time', async () => {
    await i18next.addResourceBundle('zh', 'problems', { ...zh, test: { title: '{{start}}', advice: '' } })
    expect(problemWords(t, { status: 409, code: 'test', params: { start: '2026-11-23T00:20:00Z' } }).title).toBe('08:20')
  })
  it('are there for everything that the scheduler refuses', () => {
    const folder = join(import.meta.dirname, '../../../scheduler')
    const code = readdirSync(folder).filter((f) => f.endsWith('.go') && !f.endsWith('_test.go')).map((f) => readFileSync(join(folder, f), 'utf8')).join('\n')
    const refused = new Set([...code.matchAll(/(?:httpd\.Fail\(http\.Status\w+|courseFault\(|unknown\(), ?"([a-z-]+)"/g)].map((m) => m[1] ?? ''))
    expect(refused.size).toBeGreaterThan(20)
    const toDevices = ['code-wrong', 'code-expired'] // words of the agent's local page
    expect([...refused].filter((c) => !(c in zh) && !(c in desk) && !toDevices.includes(c))).toEqual([])
  })
  it('are there in both languages for every code, as two sentences', () => {
    for (const file of [zh, en, desk, deskEn]) {
      for (const [code, words] of Object.entries(file)) expect(Object.keys(words).sort(), code).toEqual(['advice', 'title'])
    }
  })
})
