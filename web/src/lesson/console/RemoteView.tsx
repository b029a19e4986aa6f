import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Store } from '../../live/store'
import type { Readable } from '../../live/store'
import type { Presence } from '../../live/visit'
import { JoiningSteps } from '../JoiningSteps'
import { Picture } from '../Picture'
import type { Cell } from '../layout'
import { useStore } from '../useStore'

const whole: Omit<Cell, 'key'> = { area: '1 / 1', size: 'large' }
const notShared: Readable<{ stream: MediaStream | null }> = new Store({ stream: null })

/** What the remote rooms see of us: the camera as it comes back from the server, which is the proof that we are seen, and the own screen. */
export function RemoteView({ presence }: { presence: Presence }) {
  const { t } = useTranslation('lesson')
  const panes = useStore(presence.viewer.state, (s) => s.video)
  // The server sends nobody the own sources back.
  const shared = useStore(presence.screen?.state ?? notShared, (s) => s.stream)
  const speaking = useStore(presence.events.state, (s) => s.speaking)
  const [seen, setSeen] = useState(false)
  const [lecturer, courseware] = panes
  if (!lecturer || !courseware) return null
  const withScreen = courseware.source !== '' || shared !== null
  const { viewer } = presence
  return (
    <section className="lc-remote" aria-label={t('console.remoteView')} data-screen={withScreen}>
      <h2>{t('console.remoteView')}</h2>
      <div className="lc-remote-panes">
        <Picture
          pane={courseware}
          stream={shared ?? viewer.stream('courseware')}
          cell={withScreen ? { key: 'courseware', ...whole } : undefined}
          floor={false}
          voice={false}
          label={t('pane.courseware')}
        />
        <Picture
          pane={lecturer}
          stream={viewer.stream('lecturer')}
          cell={{ key: 'lecturer', ...whole }}
          floor={false}
          voice={speaking.includes(lecturer.source)}
          label=""
          onPicture={setSeen}
        >
          {!seen && <JoiningSteps presence={presence} source={lecturer.source} lecturing />}
        </Picture>
      </div>
    </section>
  )
}
