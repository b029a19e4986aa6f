import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { renewPairing } from '../../api/match'
import type { Course, Pairing } from '../../api/model'
import { deleteCourse, deletePairing } from '../../api/plan'
import { type Problem, problemWords } from '../../app/problems'
import { problemOf } from '../../app/useLoad'
import { Badge, ProblemNote, Skeleton } from '../../ui/parts'
import { useAsk } from '../useAsk'
import { cycleWords } from './cycle'
import { misfitWords } from './misfit-words'

interface Props {
  pairings?: Pairing[]
  courses?: Course[]
  problem: Problem | null
  may: boolean
  onChange: () => void
}

/** What is paired, and which courses run; ended here by the coordinator. */
export function Plan({ pairings, courses, problem, may, onChange }: Props) {
  const { t } = useTranslation('desk')
  const schools = pairings?.flatMap((p) => [p.lead, ...p.partners]) ?? []
  return (
    <div className="plan">
      <section className="tt-card" aria-label={t('pairing.title')}>
        <h2>{t('pairing.title')}</h2>
        {pairings === undefined && <Skeleton height={64} />}
        {pairings?.length === 0 && <p className="plan-none">{t(may ? 'pairing.noneMay' : 'pairing.none')}</p>}
        <ul>{pairings?.map((p) => <PairingRow key={p.id} pairing={p} may={may} onChange={onChange} />)}</ul>
      </section>
      <section className="tt-card" aria-label={t('course.title')}>
        <h2>{t('course.title')}</h2>
        {problem && <ProblemNote problem={problem} />}
        {courses === undefined && !problem && <Skeleton height={64} />}
        {courses?.length === 0 && <p className="plan-none">{t(may ? 'course.noneMay' : 'course.none')}</p>}
        <ul>{courses?.map((c) => <CourseRow key={c.id} course={c} schools={schools} may={may} onChange={onChange} />)}</ul>
      </section>
    </div>
  )
}

function PairingRow({ pairing: p, may, onChange }: { pairing: Pairing; may: boolean; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const { modal, message } = App.useApp()
  const renew = () => modal.confirm({
    title: t('pairing.renewAsk'), content: t('pairing.renewText'), okText: t('pairing.renew'), cancelText: t('common:cancel'),
    onOk: () => renewPairing(p.id).then(() => { void message.success(t('pairing.renewed')); onChange() }, (e: unknown) => {
      const words = problemWords(t, problemOf(e))
      modal.error({ title: words.title, content: words.advice })
    }),
  })
  const ask = useAsk(onChange)
  const end = () => ask({ title: t('pairing.endAsk'), content: t('pairing.endText'), ok: t('course.endNow'), version: p.version, act: (version) => deletePairing(p.id, version) })
  return (
    <li>
      <div>
        <strong>{p.lead.name}</strong>
        <span>{p.partners.map((s) => s.name).join(t('and'))}</span>
        <p>
          <Badge>{t(`scope.${p.scope}`)}</Badge>
          {p.round > 1 && <Badge tone="good">{t('pairing.round', { count: p.round })}</Badge>}
          {p.forms.map((f) => <Badge key={f} tone="info">{t(`form.${f}`)}</Badge>)}
        </p>
        <p>{`${p.from} – ${p.to} · ${t('pairing.courses', { count: p.courses })}`}</p>
      </div>
      {may && (
        <div className="plan-acts">
          {p.round < 2 && <Button type="text" onClick={renew}>{t('pairing.renew')}</Button>}
          <Button danger type="text" onClick={end}>{t('pairing.end')}</Button>
        </div>
      )}
    </li>
  )
}

function CourseRow({ course: c, schools, may, onChange }: { course: Course; schools: { id: string; name: string }[]; may: boolean; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const ask = useAsk(onChange)
  const end = () => ask({ title: t('course.endAsk', { title: c.title }), content: t('course.endText'), ok: t('course.endNow'), version: c.version, act: (version) => deleteCourse(c.id, version) })
  const names = new Map([...schools, c.school, ...c.receiving.map((r) => r.school)].map((s) => [s.id, s.name]))
  const slots = c.slots.map((s) =>
    `${t(`weekday.${s.weekday}`)} ${Object.entries(s.periods).map(([id, no]) => t('course.period', { school: names.get(id) ?? '', no })).join(' / ')}${s.weeks && s.weeks !== 'every' ? ` · ${cycleWords(t, s)}` : ''}`)
  return (
    <li>
      <div>
        <strong>{c.title}</strong>
        <span>{[c.subject, t(`common:grade.${c.grade}`), t(`kind.${c.kind}`), c.lecturer.name].join(' · ')}</span>
        {slots.map((s) => <span key={s}>{s}</span>)}
        <span>{c.receiving.map((r) => `${r.school.name} ${(r.class ?? r.group)?.name ?? ''}`).join(t('and'))}</span>
        {c.devices.length > 0 && <span>{`${t('course.devices')} ${c.devices.map((d) => d.name).join(t('and'))}`}</span>}
        <p>{`${c.from} – ${c.to} · ${t('course.lessons', { count: c.lessons })}`}</p>
        {c.misfits.length > 0 && (
          <details>
            <summary>{t('course.misfits', { count: c.misfits.length })}</summary>
            {c.misfits.map((m) => <span key={`${m.date}${m.school}`}>{`${m.date} ${misfitWords(t, m)}`}</span>)}
          </details>
        )}
      </div>
      {may && <Button danger type="text" onClick={end}>{t('course.end')}</Button>}
    </li>
  )
}
