// What a newcomer reads whose machine lacks Go or Node, or has an old one: one sentence that says so.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { top } from './house.ts'

// A machine with the usual tools, and Go and Node as told: what `go env GOVERSION` and `node --version` print, or nothing there.
function install(versions: { go?: string; node?: string }): { status: number | null; stderr: string } {
  const bin = mkdtempSync(join(tmpdir(), 'tongtang-path-'))
  for (const tool of ['bash', 'dirname', 'sed', 'sort', 'head']) symlinkSync(['/usr/bin', '/bin'].map((d) => join(d, tool)).find(existsSync)!, join(bin, tool))
  for (const [name, version] of Object.entries(versions)) {
    writeFileSync(join(bin, name), `#!${join(bin, 'bash')}\necho ${version}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const { status, stderr } = spawnSync(join(bin, 'bash'), [join(top, 'deploy/install.sh'), 'build'], { env: { PATH: bin, HOME: bin }, encoding: 'utf8' })
  rmSync(bin, { recursive: true })
  return { status, stderr }
}

test.each([
  ['Go is missing', { node: 'v20.20.2' }, /Go is not installed: Tongtang needs Go 1\.26 or newer/],
  ['Go is too old', { go: 'go1.22.1', node: 'v20.20.2' }, /Go 1\.22\.1 is too old: Tongtang needs Go 1\.26 or newer/],
  ['Node is missing', { go: 'go1.26.0' }, /Node is not installed: Tongtang needs Node 20\.19 or newer/],
  ['Node is too old', { go: 'go1.26.0', node: 'v18.19.0' }, /Node 18\.19\.0 is too old/],
])('%s', (_, versions, sentence) => {
  const { status, stderr } = install(versions)
  expect(status).toBe(1)
  expect(stderr).toMatch(sentence)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
