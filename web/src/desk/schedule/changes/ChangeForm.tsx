import { Button, Input } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lesson, Solution } from '../../../api/model'
import { ProblemNote } from '../../../ui/parts'
import { StaleNote } from '../../StaleNote'
import { Clashes } from '../Clashes'
import './changes.css'
import { useChange } from './useChange'

interface Props {
  lesson: Lesson
  title: string
  submit: string
  danger?: boolean
  ready?: boolean
  children?: ReactNode
  /** Does it, with the reason; `solution` is one of what the server offered. */
  act: (based: Lesson, reason: string, solution?: Solution) => Promise<Lesson>
  onDone: (changed: Lesson) => void
  onCancel: () => void
}

/** A change of one lesson: what (children), why, and what the server says about it. What was written is kept through every refusal. */
export function ChangeForm({ lesson, title, submit, danger, ready = true, children, act, onDone, onCancel }: Props) {
  const { t } = useTranslation('timetable')
  const [reason, setReason] = useState('')
  const change = useChange(lesson, onDone)
  const able = ready && reason.trim() !== ''
  const go = (solution?: Solution) => change.run((based) => act(based, reason.trim(), solution))
  return (
    <form className="change-form" aria-label={title} onSubmit={(e) => { e.preventDefault(); void go() }}>
      <h3>{title}</h3>
      {children}
      <label className="tt-field">
        <span>{t('change.reason')}</span>
        <Input.TextArea value={reason} maxLength={200} rows={2} autoFocus required placeholder={t('change.reasonHint')} onChange={(e) => setReason(e.target.value)} />
      </label>
      {change.stale && <StaleNote lesson problem={change.stale} onAgain={() => change.again((based) => act(based, reason.trim()))} />}
      {change.problem && <ProblemNote problem={change.problem} />}
      {change.clashes && <Clashes clashes={change.clashes} title={t('change.clash')} solutions={change.solutions} onSolve={(s) => void go(s)} />}
      <p>
        <Button onClick={onCancel}>{t('common:cancel')}</Button>
        <Button danger={danger} type="primary" htmlType="submit" loading={change.busy} disabled={!able}>{submit}</Button>
      </p>
    </form>
  )
}
