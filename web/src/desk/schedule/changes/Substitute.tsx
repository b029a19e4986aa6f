import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lessonOptions } from '../../../api/lessons'
import type { Lesson } from '../../../api/model'
import { useLoad } from '../../../app/useLoad'
import { Skeleton } from '../../../ui/parts'
import { day } from '../../../ui/time'
import { Clashes } from '../Clashes'
import { substitute } from './act'
import { ChangeForm } from './ChangeForm'

/** 代课: who else could teach it, the free ones first; of a busy one it is said why. */
export function Substitute({ lesson, onDone, onCancel }: { lesson: Lesson; onDone: (l: Lesson) => void; onCancel: () => void }) {
  const { t } = useTranslation('timetable')
  const [chosen, setChosen] = useState<string>()
  const found = useLoad(`substitutes ${lesson.id}`, (signal) => lessonOptions(lesson.id, day(lesson.start), signal))
  const list = [...(found.data?.lecturers ?? [])].sort((a, b) => Number(b.free) - Number(a.free))
  const busy = list.find((p) => p.id === chosen && !p.free)
  return (
    <ChangeForm lesson={lesson} title={t('change.substitute')} submit={t('change.substituteNow')} ready={chosen !== undefined} onDone={onDone} onCancel={onCancel}
      act={(based, reason, s) => substitute(based, chosen ?? '', reason, s)}>
      {found.loading ? <Skeleton height={40} /> : (
        <label className="tt-field">
          <span>{t('change.lecturer')}</span>
          <Select value={chosen} onChange={setChosen} placeholder={t('desk:form.choose')} aria-label={t('change.lecturer')}
            options={list.map((p) => ({ value: p.id, label: `${p.name} · ${t(p.free ? 'change.free' : 'change.busy')}` }))} />
        </label>
      )}
      {busy && <Clashes clashes={busy.clashes} title={t('change.clash')} />}
    </ChangeForm>
  )
}
