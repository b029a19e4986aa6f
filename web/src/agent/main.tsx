import { createRoot } from 'react-dom/client'
import { startI18n } from '../i18n'
import '../ui/theme.css'
import '../ui/kit.css'

await startI18n(['common', 'problems', 'agent'])
createRoot(document.getElementById('root')!).render(<main />)
