import { Wifi, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LessonEvents } from '../live/events'
import type { Lesson } from '../live/lesson-api'
import type { School } from '../live/wire'
import { useStore } from './useStore'

const OVER_MS = 10_000

/** Which schools have too little bandwidth for everything, in words, and for a while that it is over. */
export function Bandwidth({ events, lesson }: { events: LessonEvents; lesson: Lesson }) {
  const schools = useStore(events.state, (s) => s.schools)
  const nameOf = (school: School) => school.name ?? lesson.rooms.find((room) => room.school === school.id)?.schoolName
  return (
    <div className="ls-bandwidth" role="status">
      {schools.map((school) => (
        <SchoolLine key={school.id} school={school} name={nameOf(school)} />
      ))}
    </div>
  )
}

function SchoolLine({ school, name }: { school: School; name: string | undefined }) {
  const { t } = useTranslation('lesson')
  const over = !school.down && !school.up
  const [told, setTold] = useState(false)
  useEffect(() => {
    setTold(false)
    if (!over) return
    const timer = setTimeout(() => setTold(true), OVER_MS)
    return () => clearTimeout(timer)
  }, [over])
  if (over && told) return null
  const words = { school: name ?? t('bandwidth.school') }
  return (
    <p data-over={over}>
      {over ? <Wifi aria-hidden /> : <WifiOff aria-hidden />}
      {over && t('bandwidth.over', words)}
      {school.down && <span>{t(`bandwidth.down.${school.down}`, words)}</span>}
      {school.up && <span>{t('bandwidth.up', words)}</span>}
    </p>
  )
}
