// Times as people in the schools read them: there is one zone in the country, whatever the classroom PC is set to.

import { useEffect, useState } from 'react'
import { serverNow } from '../live/http'

const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

export const hourMinute = (time: string) => clock.format(new Date(time))

const two = (n: number) => String(n).padStart(2, '0')

/** 75 s → 1:15, 3675 s → 1:01:15 */
export function span(ms: number): string {
  const secs = Math.max(0, Math.floor(ms / 1000))
  const [h, m, s] = [Math.floor(secs / 3600), Math.floor(secs / 60) % 60, secs % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** The server's clock, each second. Only small components may use it: each tick renders them. */
export function useNow(): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}
