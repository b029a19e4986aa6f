import { useTranslation } from 'react-i18next'
import { LevelBar } from '../lesson/LevelBar'
import { useStore } from '../lesson/useStore'
import { barShare } from '../live/level'
import type { AgentFeed } from './feed'
import { agentWords } from './words'

const SILENT_AFTER_S = 10

/** How loud the room's microphone is. A silent one must not go unnoticed. */
export function Microphone({ feed }: { feed: AgentFeed }) {
  const { t } = useTranslation('agent')
  const present = useStore(feed.feed, (f) => f.state?.microphone.present ?? false)
  const db = useStore(feed.feed, (f) => Math.round(f.state?.microphone.db ?? -96))
  const silent = useStore(feed.feed, (f) => (f.state?.microphone.silentSecs ?? 0) > SILENT_AFTER_S)
  const warning = !present ? 'microphone-missing' : silent ? 'microphone-silent' : null
  const words = warning && agentWords(t, warning)
  return (
    <section className="tt-card ag-microphone" aria-label={t('microphone.title')}>
      <h2>{t('microphone.title')}</h2>
      <LevelBar share={present ? barShare(db) : 0} label={t('microphone.level')} />
      {words ? (
        <p className="ag-refused" role="alert">
          <strong>{words.title}</strong> {words.advice}
        </p>
      ) : (
        <p>{t('microphone.ok')}</p>
      )}
    </section>
  )
}
