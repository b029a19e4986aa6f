// A bad line between a server and a browser: internal/badline's program, with a network namespace for each of the two.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { top } from './house.ts'

// One direction; internal/badline's Config.
export interface Direction {
  rate?: number // bit/s
  queue?: number // ms
  delay?: number // ms
  jitter?: number // ms
  loss?: number // 0–1
  burst?: number // packets
  seed?: number
}
export interface Carried {
  packets: number
  bytes: number
  lost: number
  overflow: number
}

export class BadLine {
  near = { address: '', namespace: '' } // the server's end
  private readonly folder = mkdtempSync(join(tmpdir(), 'tongtang-line-'))
  private process?: ChildProcess
  private answers?: Interface
  private waiting: ((line: string) => void)[] = []

  // start makes the namespaces; it needs root. A line that is late is no line: it runs before everything else where it may.
  async start(): Promise<void> {
    const program = join(this.folder, 'badline')
    execFileSync('go', ['build', '-o', program, './internal/badline/tool'], { cwd: top })
    this.process = spawn('chrt', ['--rr', '10', program], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.answers = createInterface(this.process.stdout!)
    this.answers.on('line', (line) => this.waiting.shift()?.(line))
    this.process.once('exit', (code) => this.waiting.splice(0).forEach((tell) => tell(JSON.stringify({ error: `the line ended: ${code}` }))))
    const { near, far, error } = JSON.parse(await this.answer())
    if (error) throw new Error(`${error}; it needs root, and what deploy/install.sh test installs`)
    this.near = near
    writeFileSync(this.chromium, `#!/bin/sh\nexec nsenter --net=${far.namespace} /usr/bin/chromium "$@"\n`)
    chmodSync(this.chromium, 0o755)
  }

  // chromium starts the browser behind the line.
  get chromium(): string {
    return join(this.folder, 'chromium')
  }

  // set makes the line what it is from now on, and tells what it has carried since the last time.
  async set(down: Direction, up: Direction = down): Promise<{ down: Carried; up: Carried }> {
    this.process!.stdin!.write(JSON.stringify({ down, up }) + '\n')
    return JSON.parse(await this.answer())
  }

  async stop(): Promise<void> {
    const child = this.process
    if (child && child.exitCode === null) {
      const ended = new Promise((end) => child.once('exit', end))
      child.stdin!.end()
      await ended
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  private answer(): Promise<string> {
    return new Promise((tell) => this.waiting.push(tell))
  }
}
