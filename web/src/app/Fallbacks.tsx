import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { urls } from './urls'
import './shell.css'

/** While a page's code comes over a thin line. */
export function Waiting() {
  const { t } = useTranslation()
  return (
    <div className="tt-whole-page" role="status">
      <img className="tt-waiting" src="/mark.svg" alt="" width={48} height={48} />
      {t('loading')}
    </div>
  )
}

export function Missing() {
  const { t } = useTranslation()
  return (
    <div className="tt-whole-page">
      <h1>{t('missing.title')}</h1>
      <p>{t('missing.text')}</p>
      <Link className="tt-button" data-look="primary" to={urls.today}>{t('missing.home')}</Link>
    </div>
  )
}

/** A page that could not be loaded or drawn: mostly a new version was installed while this one was open, which a reload mends. */
export function Broken({ error }: { error: unknown }) {
  const { t } = useTranslation()
  useEffect(() => console.error(error), [error])
  return (
    <div className="tt-whole-page" role="alert">
      <h1>{t('broken.title')}</h1>
      <p>{t('broken.text')}</p>
      <button type="button" className="tt-button" data-look="primary" onClick={() => location.reload()}>{t('broken.reload')}</button>
    </div>
  )
}
