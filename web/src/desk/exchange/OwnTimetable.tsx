import { Button, Dropdown, Popconfirm } from 'antd'
import { Download, FileUp, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { clearTimetable, ownTimetable, timetableFile } from '../../api/exchange'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'
import { day, shortDay } from '../../ui/time'
import { useFollow } from '../useFollow'
import { useVersioned } from '../useVersioned'
import './exchange.css'
import { classesOf } from './mapping'

/** A school's own timetable: how much of it is there, whence, and the ways in and out. */
export function OwnTimetableCard({ school, version, may, onChange }: { school: string; version: number; may: boolean; onChange: () => void }) {
  const { t, i18n } = useTranslation('exchange')
  const loaded = useLoad(`own ${school}`, (signal) => ownTimetable(school, signal))
  const { data, problem, reload } = loaded
  useFollow(loaded, version)
  const { run, note } = useVersioned()
  const lessons = data?.lessons ?? []
  const classes = classesOf(lessons)
  const clear = () => run(data?.version ?? 0, (version) => clearTimetable(school, version).then(onChange))
  const save = (href: string, label: string) => ({ key: href, label: <a href={href} download>{label}</a> })
  return (
    <section className="tt-card own-timetable" aria-label={t('own.title')}>
      <h2>{t('own.title')}</h2>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {note}
      <p>{lessons.length > 0 ? t('own.there', { classes: classes.length, lessons: lessons.length, origin: data?.origin, at: data?.at && shortDay(day(data.at), i18n.language) }) : t('own.none')}</p>
      <div className="own-timetable-ways">
        {may && <Link className="tt-button" to={urls.importTo(school, 'timetable')}><FileUp size={18} aria-hidden />{t('own.import')}</Link>}
        {lessons.length > 0 && (
          <Dropdown trigger={['click']} menu={{ items: [save(timetableFile(school, 'xlsx'), t('own.excel')), save(timetableFile(school, 'csv'), t('own.csv')),
            ...classes.slice(0, 40).map((c) => save(timetableFile(school, 'cses', c), t('own.cses', { class: c })))] }}>
            <Button icon={<Download size={18} />}>{t('own.export')}</Button>
          </Dropdown>
        )}
        {may && lessons.length > 0 && (
          <Popconfirm title={t('own.clearAsk')} okText={t('own.clear')} cancelText={t('common:cancel')} onConfirm={clear}>
            <Button type="text" danger icon={<Trash2 size={18} />}>{t('own.clear')}</Button>
          </Popconfirm>
        )}
      </div>
    </section>
  )
}
