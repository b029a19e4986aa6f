import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const web = join(import.meta.dirname, '..')

it('the types of the API are those of the server’s OpenAPI document (else: npm run api)', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongtang-api-'))
  try {
    const made = join(folder, 'schema.d.ts')
    execFileSync(join(web, 'tools/api/node_modules/.bin/openapi-typescript'), [join(web, '../scheduler/openapi.json'), '--output', made], { stdio: 'pipe' })
    expect(readFileSync(join(web, 'src/api/schema.d.ts'), 'utf8')).toBe(readFileSync(made, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
