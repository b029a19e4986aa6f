import { CalendarDays, Film, LogOut, MonitorSmartphone, School, Sun, Users } from 'lucide-react'
import { Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Navigate, NavLink, Outlet, useLocation } from 'react-router'
import type { Me, Role } from '../api/model'
import { passes } from '../live/http'
import { ProblemNote } from '../ui/parts'
import { Waiting } from './Fallbacks'
import { LanguageSwitch } from './LanguageSwitch'
import { holds, useSession } from './session'
import './shell.css'
import { urls } from './urls'
import { AGAIN_MS } from './useLoad'

const staff: Role[] = ['coordinator', 'school-admin', 'operator']

const places = [
  { name: 'today', to: urls.today, icon: Sun },
  { name: 'schedule', to: urls.schedule, icon: CalendarDays },
  { name: 'resources', to: urls.resources, icon: Film },
  { name: 'schools', to: urls.schools, icon: School, roles: staff },
  { name: 'people', to: urls.people, icon: Users, roles: staff },
  { name: 'devices', to: urls.devices, icon: MonitorSmartphone, roles: ['coordinator', 'school-admin'] as Role[] },
]

/** What every page of the desk stands in: who I am, where I can go. Without a session it leads to the sign-in. */
export function Shell() {
  const { me, problem, load } = useSession()
  useTranslation('desk-problems') // its words are there before any page of the desk
  const { pathname, search } = useLocation()
  useEffect(() => {
    if (me === undefined) void load()
  }, [me, load])
  useEffect(() => {
    if (!problem || !passes(problem)) return
    const timer = setInterval(() => void load(), AGAIN_MS)
    return () => clearInterval(timer)
  }, [problem, load])

  if (problem) return <div className="tt-whole-page"><ProblemNote problem={problem} onRetry={() => void load()} /></div>
  if (me === undefined) return <Waiting />
  if (me === null) return <Navigate to={urls.signInFrom(pathname + search)} replace />
  return <Signed me={me} />
}

function Signed({ me }: { me: Me }) {
  const { t } = useTranslation()
  return (
    <div className="tt-shell">
      <a className="tt-skip" href="#main">{t('skip')}</a>
      <header className="tt-top">
        <Link to={urls.today} className="tt-brand" aria-label={t('brand')}>
          <img src="/mark.svg" alt="" width={34} height={34} />
          <span>{t('brand')}</span>
        </Link>
        <nav aria-label={t('nav.label')} className="tt-nav">
          {places.filter((p) => !p.roles || holds(me, ...p.roles)).map(({ name, to, icon: Icon }) => (
            <NavLink key={name} to={to} end={to === urls.today}>
              <Icon size={20} aria-hidden />
              <span>{t(`nav.${name}`)}</span>
            </NavLink>
          ))}
        </nav>
        <Account me={me} />
      </header>
      <main id="main" className="tt-main" tabIndex={-1}>
        <Suspense fallback={<Waiting />}><Outlet /></Suspense>
      </main>
    </div>
  )
}

function Account({ me }: { me: Me }) {
  const { t } = useTranslation()
  const signOut = useSession((s) => s.signOut)
  const role = me.roles[0]
  return (
    <div className="tt-account">
      <LanguageSwitch />
      <div className="tt-me">
        <strong>{me.name}</strong>
        {role && <span>{t(`role.${role.role}`)} · {me.school?.name ?? role.areaName}</span>}
      </div>
      <button type="button" className="tt-button" data-look="plain" aria-label={t('signOut')} title={t('signOut')} onClick={() => void signOut()}>
        <LogOut size={18} aria-hidden />
      </button>
    </div>
  )
}
