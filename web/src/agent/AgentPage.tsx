import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { LanguageSwitch } from '../app/LanguageSwitch'
import { useStore } from '../lesson/useStore'
import { BigButton } from './BigButton'
import { Checks } from './Checks'
import { Enrol } from './Enrol'
import { AgentFeed } from './feed'
import { Lessons } from './Lessons'
import { Microphone } from './Microphone'
import { Preview } from './Preview'
import { agentWords } from './words'

/** The teacher's page on the classroom's computer: one big button, and whether everything works. */
export function AgentPage() {
  const { t } = useTranslation('agent')
  const feed = useMemo(() => new AgentFeed(), [])
  const away = useStore(feed.feed, (f) => f.away)
  const known = useStore(feed.feed, (f) => f.state !== null)
  const enrolled = useStore(feed.feed, (f) => f.state?.enrolled ?? true)
  const room = useStore(feed.feed, (f) => f.state?.room)
  const server = useStore(feed.feed, (f) => f.state?.server)
  const onAir = useStore(feed.feed, (f) => f.state?.onAir !== undefined)
  useEffect(() => {
    feed.start()
    return () => feed.stop()
  }, [feed])
  const refused = server?.problem === 'key-refused'
  const trouble = away ? 'agent-away' : !enrolled ? 'not-enrolled' : refused ? 'key-refused' : server && !server.reachable ? 'server-away' : null
  return (
    <div className="ag-page">
      <header className="ag-top">
        <img src="/mark.svg" alt="" width={36} height={36} />
        <div>
          <h1>{room ? room.name : t('title')}</h1>
          <p>{room ? room.schoolName : t('brand')}</p>
        </div>
        <ServerWord reachable={Boolean(server?.reachable) && !away} />
        <LanguageSwitch />
      </header>
      {trouble && <Trouble code={trouble} />}
      {known && (!enrolled || (refused && !onAir)) ? (
        <Enrol feed={feed} />
      ) : known ? (
        <main className="ag-main" data-away={away}>
          <div className="ag-left">
            <BigButton feed={feed} />
            <Lessons feed={feed} />
          </div>
          <div className="ag-right">
            <Preview feed={feed} />
            <Microphone feed={feed} />
            <Checks feed={feed} />
          </div>
        </main>
      ) : (
        !away && <p className="ag-loading" role="status">{t('loading')}</p>
      )}
    </div>
  )
}

function ServerWord({ reachable }: { reachable: boolean }) {
  const { t } = useTranslation('agent')
  return (
    <span className="tt-badge" data-tone={reachable ? 'good' : 'bad'} role="status">
      {t(reachable ? 'server.here' : 'server.away')}
    </span>
  )
}

function Trouble({ code }: { code: string }) {
  const { t } = useTranslation('agent')
  const words = agentWords(t, code)
  return (
    <div className="tt-note ag-trouble" data-tone={code === 'server-away' ? 'warn' : 'bad'} role="alert" data-code={code}>
      <span />
      <div>
        <strong>{words.title}</strong>
        {words.advice}
      </div>
    </div>
  )
}
