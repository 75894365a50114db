import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { VerificationReport } from '../../../shared/contract/bundles.ts';
import { shortDuration, table } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const verifyVerb = defineVerb({
  name: 'verify',
  summary: 'check sums, signature and golden answers of a bundle; exit code 3 when one fails',
  positionals: [{ syntax: '<bundle>', description: 'folder or zip of a bundle, or the id of one in the workspace' }],
  input: z.object({ bundle: z.string() }),
  async run({ bundle }, session) {
    const named = existsSync(bundle) ? resolve(bundle) : bundle;
    const report = VerificationReport.parse(await session.job((client) => client.bundles.verify({ bundle: named })));
    return {
      document: report,
      text: `${report.bundle}: ${report.isVerified ? 'verified' : 'NOT verified'}\n${table(
        ['check', 'answer', 'found', 'time'],
        report.checks.map((check) => [
          check.name,
          check.isOk ? 'ok' : 'FAILED',
          check.detail,
          shortDuration(check.seconds),
        ]),
      )}`,
      isNo: !report.isVerified,
    };
  },
});
