import { Square } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LessonVisit } from '../../live/visit'
import { useLive } from '../commands'

/** Ends the lesson for everybody, after a second question. */
export function EndLesson({ visit }: { visit: LessonVisit }) {
  const { t } = useTranslation('lesson')
  const { desk } = useLive()
  const dialog = useRef<HTMLDialogElement>(null)
  const [busy, setBusy] = useState(false)
  const end = async () => {
    setBusy(true)
    await desk.attempt(() => visit.endLesson())
    setBusy(false)
    dialog.current?.close()
  }
  return (
    <>
      <button type="button" className="tt-button" data-look="live" onClick={() => dialog.current?.showModal()}>
        <Square aria-hidden />
        {t('end.button')}
      </button>
      <dialog ref={dialog} className="lc-dialog" aria-labelledby="end-title">
        <h2 id="end-title">{t('end.title')}</h2>
        <p>{t('end.text')}</p>
        <div>
          <button type="button" className="tt-button" onClick={() => dialog.current?.close()}>
            {t('end.no')}
          </button>
          <button type="button" className="tt-button" data-look="live" disabled={busy} onClick={() => void end()}>
            {t(busy ? 'end.busy' : 'end.yes')}
          </button>
        </div>
      </dialog>
    </>
  )
}
