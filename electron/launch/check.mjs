import { background } from './child.mjs';
import { NODE, packageFile } from './places.mjs';

const tsc = (project) => [packageFile('typescript', 'lib', 'tsc.js'), '-p', project];

/** Checks of the sources that run no code of ours; each counts as one test. */
const CHECKS = [
  { title: 'types of shared/', command: tsc('.') },
  { title: 'types of electron/', command: tsc('electron') },
  { title: 'types of the preload', command: tsc('electron/tsconfig.preload.json') },
  { title: 'types of renderer/', command: tsc('renderer') },
  { title: 'types of test/', command: tsc('test') },
  {
    title: 'format and lint',
    command: [packageFile('@biomejs', 'biome', 'bin', 'biome'), 'check', '--diagnostic-level=error'],
  },
];

/** Runs one piece of work as a test: one line when it holds, all its output when it does not. */
export async function asTest(title, work) {
  const started = Date.now();
  const failure = await work();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${failure === undefined ? 'ok    ' : 'FAILED'} ${title} (${seconds} s)`);
  if (failure !== undefined) console.log(failure.trim());
  return failure === undefined;
}

/** Runs every check, one after the other; answers how many held and how many did not. */
export async function runChecks() {
  const counts = { passed: 0, failed: 0 };
  for (const { title, command } of CHECKS) {
    const isOk = await asTest(title, async () => {
      const { code, output } = await background(NODE, command);
      return code === 0 ? undefined : output;
    });
    counts[isOk ? 'passed' : 'failed'] += 1;
  }
  return counts;
}

/** `npm run check`. */
export async function check() {
  const { failed } = await runChecks();
  return failed === 0 ? 0 : 1;
}
