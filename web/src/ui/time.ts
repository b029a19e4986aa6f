// Times as a person in the district reads them. The schools are all in one zone (domain: Asia/Shanghai everywhere); a PC set to another zone, or
// a parent abroad, still sees the school's time.

export const ZONE = 'Asia/Shanghai'

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
})

// The lessons of a week begin at few moments, and each is asked for often: what the formatter said is kept.
const known = new Map<string, Record<string, string>>()

function local(at: string | number | Date): Record<string, string> {
  const there = typeof at === 'string' ? known.get(at) : undefined
  if (there) return there
  const said = Object.fromEntries(parts.formatToParts(new Date(at)).map((p) => [p.type, p.value]))
  if (known.size > 10_000) known.clear()
  if (typeof at === 'string') known.set(at, said)
  return said
}

/** "08:20" */
export function clock(at: string | number | Date): string {
  const p = local(at)
  return `${p.hour}:${p.minute}`
}

/** "2026-11-22" */
export function day(at: string | number | Date): string {
  const p = local(at)
  return `${p.year}-${p.month}-${p.day}`
}

/** Minutes since midnight, of a moment or of "HH:MM". */
export function minutes(at: string): number {
  const [h = 0, m = 0] = (at.length === 5 ? at : clock(at)).split(':').map(Number)
  return h * 60 + m
}

/** "HH:MM" of minutes since midnight. */
export const hhmm = (m: number) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`

// Days are counted at noon UTC, so that no change of zone or summer time can move them.
const noon = (d: string) => new Date(`${d}T12:00:00Z`)

/** The day so many days after. */
export function plusDays(d: string, n: number): string {
  const at = noon(d)
  at.setUTCDate(at.getUTCDate() + n)
  return at.toISOString().slice(0, 10)
}

/** 1 is Monday, 7 is Sunday. */
export const weekday = (d: string) => noon(d).getUTCDay() || 7

/** The Monday of the day's week. */
export const monday = (d: string) => plusDays(d, 1 - weekday(d))

/** "11月22日 星期日" or "Sunday, 22 November". */
export function longDay(d: string, language: string): string {
  const form = { timeZone: 'UTC', month: 'long', day: 'numeric', weekday: 'long' } as const
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', form).format(noon(d))
}

/** "11月22日" or "22 Nov". */
export function shortDay(d: string, language: string): string {
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: 'UTC', month: language === 'zh' ? 'long' : 'short', day: 'numeric' }).format(noon(d))
}

/** Seconds as a player shows them: "4:05", "1:02:09". */
export function playTime(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const tail = `${String(Math.floor(s / 60) % 60).padStart(s >= 3600 ? 2 : 1, '0')}:${String(s % 60).padStart(2, '0')}`
  return s >= 3600 ? `${Math.floor(s / 3600)}:${tail}` : tail
}
