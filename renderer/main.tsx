import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app/global.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { connection } from './lib/api.ts';
import { hideToken } from './lib/host.ts';
import { jobFeed } from './lib/job-feed.ts';

// The page's policy forbids code made from text, which the parser would otherwise try and fall back from.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

hideToken();
connection.start();
jobFeed.start();
const page = document.getElementById('page');
if (page !== null) createRoot(page).render(<App />);
