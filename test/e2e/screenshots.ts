import { copyFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { seeEveryPlace } from './look.ts';
import { placesToSee } from './places.ts';
import { ARTIFACTS, PersonSession } from './session.ts';

// `npm run screenshots`: runs both sample projects, then keeps a picture of every place in both themes and sizes below
// test/e2e/artifacts, and the README's.
const README_PLACE = 'model-performance-light-1440x900.png';

const session = await PersonSession.open();
try {
  const { connection } = session;
  for (const project of ['flights', 'census'] as const) {
    console.log(`Running the sample project ${project} ...`);
    await connection.finish(await connection.client.system.demo({ project }));
  }
  console.log('Explaining the model of census and putting it under stress ...');
  await connection.finish(await connection.client.explanation.explain({ model: 'census', rows: 20 }));
  await connection.finish(await connection.client.stress.run({ model: 'census' }));
  const places = await placesToSee(connection);
  await seeEveryPlace(session, places, async ({ place, theme, width }) =>
    console.log(`${place.name}, ${theme}, ${width} wide`),
  );
  const docs = resolve(import.meta.dirname, '..', '..', 'docs');
  await mkdir(docs, { recursive: true });
  await copyFile(join(ARTIFACTS, README_PLACE), join(docs, 'screenshot.png'));
} finally {
  await session.close();
}
