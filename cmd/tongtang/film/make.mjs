// Makes the demo film: node cmd/tongtang/film/make.mjs, from the top folder, after `make deps`. It needs Chromium, ffmpeg and espeak-ng.
// lesson.html draws the pictures; the voice is espeak-ng's Mandarin. Out come main.mp4 (1280×720, with voice) and sub.mp4 (640×360).
import { spawn, execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const { chromium } = createRequire(join(here, '../../../web/package.json'))('playwright-core')
const scratch = mkdtempSync(join(tmpdir(), 'film-'))

// What the teacher says, and at which second.
const voice = [
  [0.3, '同学们好，今天我们一起认识分数。'],
  [5.2, '把一个月饼平均分，每份同样多。'],
  [9.2, '请大家看黑板。'],
  [12.3, '一个月饼平均分成两份。'],
  [16.2, '每一份都是它的二分之一。'],
  [20.2, '写作二分之一，大家一起读。'],
  [24.3, '现在，把一张纸平均分成四份。'],
  [29.0, '每一份是它的四分之一。'],
  [33.0, '请青山小学的同学举手回答。'],
  [36.3, '想一想，二分之一和四分之一，谁大，谁小？'],
  [41.2, '对，分的份数越多，每一份就越小。'],
  [45.2, '你们说得真好。'],
]
const inputs = []
voice.forEach(([, text], i) => {
  execFileSync('espeak-ng', ['-v', 'cmn', '-s', '165', '-w', join(scratch, `${i}.wav`), text])
  inputs.push('-i', join(scratch, `${i}.wav`))
})
const delays = voice.map(([at], i) => `[${i}]adelay=${at * 1000}:all=1[v${i}]`).join(';')
execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, '-filter_complex',
  `${delays};${voice.map((_, i) => `[v${i}]`).join('')}amix=inputs=${voice.length}:normalize=0,aresample=48000,volume=1.6,apad,atrim=0:48[a]`,
  '-map', '[a]', join(scratch, 'voice.wav')])

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'] })
const page = await browser.newPage()
await page.goto(pathToFileURL(join(here, 'lesson.html')).href)
const { fps, frames } = await page.evaluate(() => ({ fps: window.film.fps, frames: window.film.frames }))

// As an IP camera codes: no B-frames, a keyframe every two seconds.
const camera = (crf) => ['-c:v', 'libx264', '-preset', 'slow', '-tune', 'animation', '-profile:v', 'main', '-bf', '0', '-g', String(2 * fps), '-sc_threshold', '0', '-crf', crf, '-pix_fmt', 'yuv420p']
const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-y', '-f', 'image2pipe', '-framerate', String(fps), '-c:v', 'mjpeg', '-i', '-', '-i', join(scratch, 'voice.wav'),
  '-map', '0:v', '-map', '1:a', ...camera('25'), '-c:a', 'aac', '-b:a', '64k', '-ac', '1', '-t', '48', '-movflags', '+faststart', join(here, 'main.mp4'),
  '-map', '0:v', '-vf', 'scale=640:360:flags=area', ...camera('27'), '-t', '48', '-movflags', '+faststart', join(here, 'sub.mp4')],
  { stdio: ['pipe', 'inherit', 'inherit'] })
for (let i = 0; i < frames; i++) {
  const jpeg = await page.evaluate((n) => window.film.frame(n), i)
  if (!ffmpeg.stdin.write(Buffer.from(jpeg.split(',')[1], 'base64'))) await new Promise((go) => ffmpeg.stdin.once('drain', go))
}
ffmpeg.stdin.end()
const code = await new Promise((end) => ffmpeg.on('close', end))
await browser.close()
rmSync(scratch, { recursive: true })
process.exit(code)
