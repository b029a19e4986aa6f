import { Select } from 'antd'
import { CalendarRange, ChevronLeft } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { TermDetail, TermPlan } from '../../api/model'
import { planTerm, termPlan, termPlans } from '../../api/term'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { Empty, ProblemNote, Skeleton } from '../../ui/parts'
import { clock, day, shortDay } from '../../ui/time'
import { useVersioned } from '../useVersioned'
import { Difference } from './Difference'
import { Starter, working } from './Starter'
import { Summary } from './Summary'
import './term.css'

const WATCH_MS = 700

/** Planning the term of an area: run, progress, the difference to what is there, what could not be placed. What runs goes on without the page. */
export function TermPage() {
  const { t, i18n } = useTranslation('desk')
  const [query, setQuery] = useSearchParams()
  const list = useLoad('term plans', termPlans)
  const id = query.get('plan') ?? list.data?.plans[0]?.id ?? null
  const one = useLoad(id, (signal) => termPlan(id ?? '', signal), (p: TermDetail | undefined) => (working(p) ? WATCH_MS : 0))
  const plan = one.data
  const reload = () => [list, one].forEach((l) => l.reload())
  const started = (p: TermPlan) => { setQuery({ plan: p.id }, { replace: true }); list.reload() }
  const problem = list.problem ?? one.problem
  return (
    <div className="term">
      <header className="term-head">
        <Link className="school-back" to={urls.schedule}><ChevronLeft size={18} aria-hidden />{t('schedule.title')}</Link>
        <h1>{t('term.title')}</h1>
        {(list.data?.plans.length ?? 0) > 1 && (
          <Select aria-label={t('term.earlier')} value={id ?? undefined} onChange={(plan) => setQuery({ plan }, { replace: true })}
            options={list.data?.plans.map((p) => ({ value: p.id, label: `${shortDay(day(p.created), i18n.language)} ${clock(p.created)} ${p.area.name}` }))} />
        )}
        {plan && <span className="term-span">{t('term.span', { from: plan.from, to: plan.to })}</span>}
      </header>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {list.loading && <Skeleton height={320} />}
      {list.data && <Starter areas={list.data.areas} plan={plan} onChange={reload} onStarted={started} />}
      {list.data?.plans.length === 0 && <Empty icon={<CalendarRange size={40} aria-hidden />} title={t('term.none')}><p>{t('term.noneHint')}</p></Empty>}
      {plan?.state === 'cancelled' && <p className="tt-note" data-tone="warn" role="status">{t('term.cancelled')}</p>}
      {plan?.state === 'failed' && <Failed plan={plan} onStarted={started} />}
      {plan?.state === 'done' && <><Summary plan={plan} /><Difference key={plan.id} plan={plan} onChange={one.reload} /></>}
    </div>
  )
}

/** Why a planning came to nothing. One that broke off is begun anew as it was. */
function Failed({ plan, onStarted }: { plan: TermPlan; onStarted: (p: TermPlan) => void }) {
  const { run, note } = useVersioned()
  const again = () => void run(0, async () => onStarted(await planTerm(plan.area.id, plan.moves)))
  const code = plan.reason === 'internal' || !plan.reason ? 'server' : plan.reason
  return note ?? <ProblemNote problem={{ status: 409, code }} onRetry={code === 'plan-broken-off' ? again : undefined} />
}
