import { AlertTriangle, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemWords, type Problem } from '../app/problems'

export type Tone = 'live' | 'good' | 'warn' | 'bad' | 'info' | 'calm'

export function Badge({ tone = 'calm', children }: { tone?: Tone; children: ReactNode }) {
  return <span className="tt-badge" data-tone={tone}>{children}</span>
}

/** A refusal in words: what happened, what to do, and one button to try again, where that can help. */
export function ProblemNote({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const { t } = useTranslation()
  const words = problemWords(t, problem)
  return (
    <div className="tt-note" data-tone="bad" role="alert" data-code={problem.code}>
      <AlertTriangle size={22} aria-hidden />
      <div>
        <strong>{words.title}</strong>
        {words.advice}
      </div>
      {onRetry && problem.status !== 403 && problem.status !== 404 && (
        <button type="button" className="tt-button" onClick={onRetry}>
          <RotateCw size={16} aria-hidden />
          {t('retry')}
        </button>
      )}
    </div>
  )
}

/** Grey lines in the shape of what is being fetched. */
export function Skeleton({ height, width = '100%', count = 1 }: { height: number; width?: number | string; count?: number }) {
  return (
    <>
      {Array.from({ length: count }, (_, i) => (
        <div key={i} className="tt-skeleton" style={{ height, width }} aria-hidden />
      ))}
    </>
  )
}

export function Progress({ percent, label }: { percent: number; label: string }) {
  const value = Math.max(0, Math.min(100, Math.round(percent)))
  return (
    <div className="tt-progress" role="progressbar" aria-label={label} aria-valuenow={value} aria-valuemin={0} aria-valuemax={100}>
      <div style={{ width: `${value}%` }} />
    </div>
  )
}

export function Empty({ icon, title, children }: { icon: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="tt-empty">
      {icon}
      <h2>{title}</h2>
      {children}
    </div>
  )
}
