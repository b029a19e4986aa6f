import { Upload } from 'antd'
import { Download, FileUp } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { templateFile } from '../../api/exchange'
import { ProblemNote } from '../../ui/parts'
import type { Kind } from './ImportPage'

const MOST = 4 << 20 // bytes: what the server takes

/** The first step: a file from the computer, or the template to begin with. */
export function ChooseFile({ kind, onChoose }: { kind: Kind; onChoose: (f: File) => Promise<void> }) {
  const { t } = useTranslation('exchange')
  const [large, setLarge] = useState(false)
  const accept = kind === 'timetable' ? '.xlsx,.csv,.yaml,.yml,.fet' : '.xlsx,.csv'
  const take = (f: File) => {
    setLarge(f.size > MOST)
    if (f.size <= MOST) void onChoose(f)
    return false // nothing is sent yet
  }
  return (
    <section className="tt-card import-file">
      <Upload.Dragger accept={accept} beforeUpload={take} showUploadList={false}>
        <FileUp size={40} aria-hidden />
        <strong>{t('choose')}</strong>
        <p>{t(`formats.${kind === 'timetable' ? 'timetable' : 'list'}`)}</p>
      </Upload.Dragger>
      {large && <ProblemNote problem={{ status: 422, code: 'file-too-large' }} />}
      <p className="import-hint">{t(`hint.${kind}`)}</p>
      <a className="tt-button" href={templateFile(kind)} download><Download size={18} aria-hidden />{t('template')}</a>
    </section>
  )
}
