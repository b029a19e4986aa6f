import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Presence } from '../../live/visit'
import { JoiningSteps } from '../JoiningSteps'
import { Picture } from '../Picture'
import type { Cell } from '../layout'
import { useStore } from '../useStore'

const cell = (key: Cell['key'], area: string): Cell => ({ key, area, size: 'large' })

/** What the remote rooms see of us, as it comes back from the server: the proof that we are seen. */
export function RemoteView({ presence }: { presence: Presence }) {
  const { t } = useTranslation('lesson')
  const panes = useStore(presence.viewer.state, (s) => s.video)
  const [seen, setSeen] = useState(false)
  const [lecturer, courseware] = panes
  if (!lecturer || !courseware) return null
  const withScreen = courseware.source !== ''
  const { viewer } = presence
  return (
    <section className="lc-remote" aria-label={t('console.remoteView')} data-screen={withScreen}>
      <h2>{t('console.remoteView')}</h2>
      <div className="lc-remote-panes">
        <Picture pane={courseware} stream={viewer.stream('courseware')} cell={withScreen ? cell('courseware', '1 / 1') : undefined} floor={false} label={t('pane.courseware')} />
        <Picture
          pane={lecturer}
          stream={viewer.stream('lecturer')}
          cell={cell('lecturer', '1 / 1')}
          floor={false}
          label=""
          onPicture={setSeen}
        >
          {!seen && <JoiningSteps presence={presence} source={lecturer.source} lecturing />}
        </Picture>
      </div>
    </section>
  )
}
