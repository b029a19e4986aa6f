import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useSearchParams } from 'react-router'
import { LanguageSwitch } from '../../app/LanguageSwitch'
import type { Problem } from '../../app/problems'
import { useSession } from '../../app/session'
import { safeReturn } from '../../app/urls'
import { problemOf } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'
import './sign-in.css'

export function SignInPage() {
  const { t } = useTranslation('desk')
  const { me, load } = useSession()
  const [params] = useSearchParams()
  useEffect(() => {
    if (me === undefined) void load()
  }, [me, load])
  if (me) return <Navigate to={safeReturn(params.get('from'))} replace />
  return (
    <main className="sign-in">
      <section className="sign-in-story" aria-hidden>
        <img src="/mark.svg" alt="" width={64} height={64} />
        <p className="sign-in-brand">{t('common:brand')}</p>
        <p className="sign-in-motto">{t('signIn.motto')}</p>
        <Rooms />
      </section>
      <section className="sign-in-form">
        <div className="sign-in-language"><LanguageSwitch /></div>
        <SignInForm />
      </section>
    </main>
  )
}

function SignInForm() {
  const { t } = useTranslation('desk')
  const signIn = useSession((s) => s.signIn)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    setBusy(true)
    setProblem(null)
    signIn(String(form.get('login')).trim(), String(form.get('password'))).catch((error: unknown) => {
      setProblem(problemOf(error))
      setBusy(false)
    })
  }
  return (
    <form onSubmit={submit} aria-labelledby="sign-in-title">
      <h1 id="sign-in-title">{t('signIn.title')}</h1>
      <p className="sign-in-hint">{t('signIn.hint')}</p>
      {problem && <ProblemNote problem={problem} />}
      <label className="tt-field">
        <span>{t('signIn.login')}</span>
        <input className="tt-input" name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} required autoFocus />
      </label>
      <label className="tt-field">
        <span>{t('signIn.password')}</span>
        <input className="tt-input" name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit" className="tt-button" data-look="primary" data-size="large" disabled={busy}>
        {t(busy ? 'signIn.busy' : 'signIn.submit')}
      </button>
    </form>
  )
}

/** One lectern, lines to the rooms around it: the product in one drawing. */
function Rooms() {
  return (
    <svg viewBox="0 0 360 200" className="sign-in-rooms">
      <path d="M180 100 70 50M180 100 290 50M180 100 70 156M180 100 290 156" className="sign-in-lines" />
      {[[70, 50], [290, 50], [70, 156], [290, 156]].map(([x = 0, y = 0]) => (
        <g key={`${x}-${y}`} transform={`translate(${x} ${y})`}>
          <rect x="-42" y="-28" width="84" height="56" rx="10" />
          <circle cx="-18" cy="2" r="6" /><circle cx="0" cy="2" r="6" /><circle cx="18" cy="2" r="6" />
          <path d="M-26 20a8 8 0 0 1 16 0M-8 20a8 8 0 0 1 16 0M10 20a8 8 0 0 1 16 0" />
        </g>
      ))}
      <g transform="translate(180 100)" className="sign-in-lectern">
        <rect x="-54" y="-36" width="108" height="72" rx="12" />
        <circle cx="0" cy="-6" r="11" />
        <path d="M-20 26a20 20 0 0 1 40 0" />
      </g>
    </svg>
  )
}
