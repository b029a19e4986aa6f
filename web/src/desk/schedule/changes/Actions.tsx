import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cancelLesson } from '../../../api/lessons'
import type { Lesson } from '../../../api/model'
import { ChangeForm } from './ChangeForm'
import { Substitute } from './Substitute'
import type { MoveKind } from './useMoving'

type Doing = 'substitute' | 'cancel' | null

/** What a coordinator can do about a lesson: move, substitute and cancel a planned one, make up for a lost one. */
export function Actions({ lesson, now, onDone, onMove }: { lesson: Lesson; now: number; onDone: () => void; onMove?: (l: Lesson, kind: MoveKind) => void }) {
  const { t } = useTranslation('timetable')
  const { message } = App.useApp()
  const [doing, setDoing] = useState<Doing>(null)
  const stop = () => setDoing(null)
  const done = (words: string) => () => {
    void message.success(words)
    onDone()
  }
  if (doing === 'substitute') return <Substitute lesson={lesson} onDone={done(t('change.substituted'))} onCancel={stop} />
  if (doing === 'cancel') {
    return <ChangeForm lesson={lesson} title={t('desk:lesson.cancel')} submit={t('desk:lesson.cancelNow')} danger act={cancelLesson} onDone={done(t('desk:lesson.cancelled'))} onCancel={stop} />
  }
  const toCome = Date.parse(lesson.start) > now
  return (
    <div className="lesson-actions">
      {lesson.state === 'planned' && toCome && onMove && <Button onClick={() => onMove(lesson, 'move')}>{t('change.move')}</Button>}
      {lesson.state === 'planned' && toCome && <Button onClick={() => setDoing('substitute')}>{t('change.substitute')}</Button>}
      {lesson.state === 'planned' && <Button danger onClick={() => setDoing('cancel')}>{t('desk:lesson.cancel')}</Button>}
      {(lesson.state === 'cancelled' || lesson.state === 'missed') && !lesson.replacedBy && onMove && <Button onClick={() => onMove(lesson, 'makeUp')}>{t('change.makeUp')}</Button>}
    </div>
  )
}
