import { Wifi, WifiOff } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Presence } from '../live/visit'
import type { Viewer } from '../live/whep'
import { useStore } from './useStore'

/** The own connection in a word; a tap shows the numbers for whoever is asked on the telephone. */
export function ConnectionWord({ presence }: { presence: Presence }) {
  const { t } = useTranslation('lesson')
  const [open, setOpen] = useState(false)
  const quality = useStore(presence.viewer.state, (s) => s.quality)
  const route = useStore(presence.viewer.state, (s) => s.route)
  const phase = useStore(presence.viewer.link.state, (s) => s.phase)
  const away = useStore(presence.events.state, (s) => s.link === 'waiting' || (s.link === 'connecting' && s.attempt > 0))
  const word = away ? 'gone' : phase === 'connecting' || phase === 'idle' ? 'connecting' : quality
  return (
    <div className="ls-connection">
      <button type="button" className="ls-tool" data-quality={word} aria-expanded={open} onClick={() => setOpen(!open)}>
        {word === 'gone' ? <WifiOff aria-hidden /> : <Wifi aria-hidden />}
        <span className="visually-hidden">{t('connection.label')}</span>
        <span aria-live="polite">{t(`connection.${word}`)}</span>
        {route !== 'direct' && phase === 'up' && (
          <small data-route={route} title={t('connection.detour')}>
            {t(`connection.${route}`)}
          </small>
        )}
      </button>
      {open && <Figures viewer={presence.viewer} />}
    </div>
  )
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

function Figures({ viewer }: { viewer: Viewer }) {
  const { t } = useTranslation('lesson')
  const figures = useStore(viewer.figures, (f) => f)
  const rows: [string, string][] = figures
    ? [
        ['loss', percent(figures.loss)],
        ['rtt', `${Math.round(figures.rtt)} ms`],
        ['fps', figures.fps.toFixed(0)],
        ['frozen', percent(figures.frozen)],
        ['concealed', percent(figures.concealed)],
        ['bitrate', `${(figures.bitrate / 1000).toFixed(0)} kbit/s`],
      ]
    : []
  return (
    <dl className="ls-figures">
      {rows.length === 0 && <dt>{t('connection.measuring')}</dt>}
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`figure.${name}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
