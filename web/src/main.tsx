import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { startI18n } from './i18n'
import './ui/theme.css'
import './ui/kit.css'

await startI18n(['common', 'problems'])
createRoot(document.getElementById('root')!).render(<App />)
