import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** Option of the verbs that can write a self-contained page. */
export const REPORT_OPTION = {
  flags: '--report <file>',
  description: 'write a self-contained HTML page, charts included',
};

/** Writes a page when one was asked for; answers the line that says so. */
export async function writeReport(path: string | undefined, render: () => string): Promise<string> {
  return path === undefined ? '' : `\nreport: ${await writeText(path, render(), 'The report')}`;
}

/** Writes a file that was asked for; answers its absolute path. Throws READ_ONLY that says what could not be written. */
export async function writeText(path: string, text: string, what: string): Promise<string> {
  const absolute = resolve(path);
  await writeFile(absolute, text).catch((error: unknown) => {
    throw new AppError('READ_ONLY', {
      message: `${what} could not be written to ${absolute}.`,
      remedy: 'Name a file in a folder that exists and can be written to.',
      kept: 'What was done in the workspace.',
      cause: error,
    });
  });
  return absolute;
}
