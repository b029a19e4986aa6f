// A whole Tongtang for a test: `bin/tongtang demo` on free ports with a data folder of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const top = fileURLToPath(new URL('../../', import.meta.url))
const tongtang = join(top, 'bin/tongtang')

export interface Lesson {
  id: string
  state: string
  title: string
  start: string
  end: string
}

export class House {
  readonly data = mkdtempSync(join(tmpdir(), 'tongtang-e2e-'))
  url = ''
  agentUrl = ''
  env: Record<string, string> = {} // further settings of the server
  private process?: ChildProcess
  private output = ''

  // place is where the server runs if not here: a network namespace, and its address there. films is a folder of films for the camera.
  constructor(private readonly place?: { address: string; namespace: string }, private readonly films?: string) {}

  // start returns when the demo says that it is ready.
  async start(): Promise<void> {
    const port = this.url ? new URL(this.url).port : String(await freePort())
    const agentPort = this.agentUrl ? new URL(this.agentUrl).port : String(await freePort())
    this.url = `http://${this.place?.address ?? 'localhost'}:${port}`
    this.agentUrl = `http://localhost:${agentPort}`
    this.output = ''
    const [program, ...args] = this.there(tongtang, 'demo', '--listen', `${this.place?.address ?? '127.0.0.1'}:${port}`, '--agent-listen', `127.0.0.1:${agentPort}`, '--camera-listen', '127.0.0.1:0', '--data', this.data, ...(this.films ? ['--films', this.films] : []))
    const child = spawn(program!, args, { env: { ...process.env, ...this.env } })
    this.process = child
    child.stdout.on('data', (b) => (this.output += b))
    child.stderr.on('data', (b) => (this.output += b))
    await until('the demo is ready', 60_000, async () => {
      if (child.exitCode !== null) throw new Error(`the demo ended: ${this.output}`)
      return this.ready()
    })
  }

  private async ready(): Promise<boolean> {
    if (!this.place) return (await fetch(`${this.url}/readyz`).catch(() => undefined))?.ok ?? false
    const [program, ...args] = this.there(process.execPath, '-e', `fetch('${this.url}/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`)
    return new Promise((tell) => spawn(program!, args, { stdio: 'ignore' }).once('exit', (code) => tell(code === 0)))
  }

  // there is a command as it is run where the server runs.
  private there(...command: string[]): string[] {
    return this.place ? ['nsenter', `--net=${this.place.namespace}`, ...command] : command
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((end) => child.once('exit', end))
    child.kill(signal)
    await ended
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM')
    rmSync(this.data, { recursive: true, force: true, maxRetries: 5 })
  }

  lessons(): Lesson[] {
    const lines = execFileSync(tongtang, ['lessons', '--json', '--data', this.data], { encoding: 'utf8' })
    return lines.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line))
  }

  // grant is a script's permission for one lesson.
  grant(lesson: string, role: 'viewer' | 'publisher', source?: string): string {
    return execFileSync(tongtang, ['grant', '--lesson', lesson, '--role', role, '--data', this.data, ...(source ? ['--source', source] : [])], { encoding: 'utf8' }).trim()
  }

  // liveLesson waits until the agent has put a lesson on air.
  async liveLesson(): Promise<Lesson> {
    let live: Lesson | undefined
    await until('a lesson is on air', 30_000, async () => (live = this.lessons().find((l) => l.state === 'live')))
    return live!
  }

  log(): string {
    return this.output
  }
}

// until polls for a condition.
export async function until<T>(what: string, ms: number, check: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const got = await check()
    if (got) return got
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s in vain until ${what}`)
    await new Promise((go) => setTimeout(go, 100))
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((go) => server.listen(0, '127.0.0.1', go))
  const { port } = server.address() as { port: number }
  await new Promise((go) => server.close(go))
  return port
}
