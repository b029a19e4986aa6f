import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../src')
const words = (language: string) => Object.fromEntries(readdirSync(join(root, 'i18n', language)).map((f) => [f.replace('.json', ''), flat(JSON.parse(readFileSync(join(root, 'i18n', language, f), 'utf8')))]))
const zh = words('zh')
const en = words('en')

function flat(node: unknown, path = ''): Map<string, string> {
  if (typeof node === 'string') return new Map([[path, node]])
  if (Array.isArray(node)) return new Map([[path, node.join()]])
  return new Map(Object.entries(node as object).flatMap(([k, v]) => [...flat(v, path === '' ? k : `${path}.${k}`)]))
}

/** Plural forms of one language are one key: courses_one and courses_other. */
const keys = (m?: Map<string, string>) => [...new Set([...(m?.keys() ?? [])].map((k) => k.replace(/_(one|other)$/, '')))].sort()
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? sources(join(folder, e.name)) : [join(folder, e.name)]))
}
const code = sources(root).filter((f) => /\.tsx?$/.test(f) && !f.includes('.test.'))

describe('the words of the pages', () => {
  it('are the same keys in both languages', () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh))
    for (const ns of Object.keys(zh)) expect(keys(en[ns]), ns).toEqual(keys(zh[ns]))
  })

  it('have the same values to fill in', () => {
    for (const [ns, entries] of Object.entries(zh)) {
      for (const [key, text] of entries) {
        const other = en[ns]?.get(key) ?? en[ns]?.get(`${key}_other`) ?? ''
        expect(holes(other), `${ns}:${key}`).toEqual(holes(text))
      }
    }
  })

  it('are never empty, but for an advice that there is not', () => {
    for (const language of [zh, en]) {
      for (const [ns, m] of Object.entries(language)) for (const [k, v] of m) if (!k.endsWith('.advice')) expect(v.trim(), `${ns}:${k}`).not.toBe('')
    }
  })

  it('are there for every literal key in the code', () => {
    const missing: string[] = []
    for (const file of code) {
      const text = readFileSync(file, 'utf8')
      const own = /useTranslation\(\[?'(\w+)'/.exec(text)?.[1] ?? 'common'
      for (const [, key = ''] of text.matchAll(/\bt\('([\w:.-]+)'/g)) {
        const [ns, name] = key.includes(':') ? key.split(':') : [own, key]
        const known = keys(zh[ns ?? ''])
        if (!known.some((k) => k === name || k.startsWith(`${name}.`)) && !known.includes(name ?? '')) missing.push(`${file.slice(root.length)} ${ns}:${name}`)
      }
    }
    expect(missing).toEqual([])
  })

  it('stand in the resource files alone', () => {
    const found: string[] = []
    for (const file of code) {
      const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;])\/\/.*$/gm, '')
      for (const [hit] of text.matchAll(/[\u4e00-\u9fff]+/g)) found.push(`${file.slice(root.length)} ${hit}`)
      if (!file.endsWith('.tsx')) continue
      for (const [, hit = ''] of text.matchAll(/<[a-zA-Z][^<>{}]*>([^<>{}=;()]*[A-Za-z]{2}[^<>{}=;()]*)<\/[a-zA-Z]/g)) found.push(`${file.slice(root.length)} ${hit.trim()}`)
      for (const [, hit = ''] of text.matchAll(/\s(?:aria-label|placeholder|title|alt)="([^"]+)"/g)) found.push(`${file.slice(root.length)} ${hit}`)
    }
    expect(found).toEqual([])
  })
})
