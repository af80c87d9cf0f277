// Mantine's styles come first, so that ours can change them.
import '@mantine/core/styles.css';
import './ui/inter.css';
import './ui/tokens.css';
import './ui/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startI18n } from './lib/i18n';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
await startI18n();
createRoot(root).render(<App />);
