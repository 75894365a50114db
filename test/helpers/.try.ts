import { startBrowserHost } from './browser-host.ts';
import { launchChromium } from './chromium.ts';

const b = await launchChromium();
for (let i = 0; i < 3; i++) {
  const p = await b.newPage({ viewport: { width: 1440, height: 900 } });
  const t = Date.now();
  const host = await startBrowserHost('/tmp/h-ws2');
  const printed = Date.now() - t;
  await p.goto(host.address);
  await p.getByText('Engine ready').waitFor();
  console.log('printed', printed, 'usable', Date.now() - t);
  await host.stop();
  await p.close();
}
await b.close();
