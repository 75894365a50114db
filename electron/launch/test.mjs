import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { asTest, runChecks } from './check.mjs';
import { foreground } from './child.mjs';
import { packageFile, ROOT } from './places.mjs';
import { Stop } from './stop.mjs';

/** Runs the test files that `args` name (all without); answers the counts from vitest's own report. */
async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-test-report-'));
  const report = join(folder, 'report.json');
  try {
    const code = await foreground(
      packageFile('vitest', 'vitest.mjs'),
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
      { cwd: ROOT },
    );
    if (!existsSync(report)) return { passed: 0, failed: 1 };
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot be loaded has no tests to fail, and an error between tests fails none: both count as one.
    const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    const failed = numFailedTests + broken;
    return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function builds() {
  try {
    await ensureBuilt();
    return undefined;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return error.message;
  }
}

/**
 * `npm test`: builds, checks the sources, runs every test file; the last line is `N passed, N failed`. With arguments
 * (files, `-t name`) only those test files run.
 */
export async function test(args) {
  const counts = { passed: 0, failed: 0 };
  const add = ({ passed, failed }) => {
    counts.passed += passed;
    counts.failed += failed;
  };
  add((await asTest('build', builds)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  if (args.length === 0) add(await runChecks());
  add(await runVitest(args));
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 ? 0 : 1;
}
