import { createRoot } from 'react-dom/client'
import { startI18n } from '../i18n'
import { AgentPage } from './AgentPage'
import '../ui/theme.css'
import '../ui/kit.css'
import './agent.css'

await startI18n(['common', 'problems', 'agent'])
createRoot(document.getElementById('root')!).render(<AgentPage />)
