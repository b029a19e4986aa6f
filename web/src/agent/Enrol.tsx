import { useState } from 'react'
import type { SyntheticEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from '../lesson/useStore'
import { asProblem, postJSON } from '../live/http'
import type { AgentFeed } from './feed'
import type { AgentState } from './state'
import { agentWords } from './words'

/** A computer without a key, or with one that was withdrawn, gets a new one for the code that the administrator reads out. */
export function Enrol({ feed }: { feed: AgentFeed }) {
  const { t } = useTranslation('agent')
  const [server, setServer] = useState(() => feed.feed.get().state?.server.url ?? '')
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const away = useStore(feed.feed, (f) => f.away)
  const words = refusal ? agentWords(t, refusal) : null
  const digits = code.replace(/\D/g, '')

  const enrol = async (event: SyntheticEvent) => {
    event.preventDefault()
    setBusy(true)
    setRefusal(null)
    try {
      feed.take(await postJSON<AgentState>('/local/enrol', { server: server.trim().replace(/\/$/, ''), code: digits }))
    } catch (error) {
      setRefusal(asProblem(error).code)
      setBusy(false)
    }
  }
  return (
    <form className="tt-card ag-enrol" aria-label={t('enrol.title')} onSubmit={(event) => void enrol(event)}>
      <h2>{t('enrol.title')}</h2>
      <label className="tt-field">
        <span>{t('enrol.server')}</span>
        <input className="tt-input" type="url" required value={server} onChange={(e) => setServer(e.target.value)} />
      </label>
      <label className="tt-field">
        <span>{t('enrol.code')}</span>
        <input className="tt-input" data-code inputMode="numeric" autoComplete="off" required maxLength={12} value={code} onChange={(e) => setCode(e.target.value)} />
      </label>
      {words && (
        <p className="ag-refused" role="alert">
          <strong>{words.title}</strong> {words.advice}
        </p>
      )}
      <button type="submit" className="tt-button" data-look="primary" data-size="large" disabled={busy || away || digits.length !== 8}>
        {t(busy ? 'enrol.busy' : 'enrol.button')}
      </button>
    </form>
  )
}
