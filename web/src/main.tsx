import { Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { Waiting } from './app/Fallbacks'
import { makeRouter } from './app/routes'
import { startI18n } from './i18n'
import './ui/theme.css'
import './ui/kit.css'

await startI18n(['common', 'problems'])
createRoot(document.getElementById('root')!).render(
  <Suspense fallback={<Waiting />}>
    <RouterProvider router={makeRouter()} />
  </Suspense>,
)
