import { resolve } from 'node:path';
import { z } from 'zod';
import { Bundle } from '../../../shared/contract/bundles.ts';
import { shortBytes } from '../table.ts';
import { Names } from '../typed.ts';
import { defineVerb } from '../verb.ts';

export const exportVerb = defineVerb({
  name: 'export',
  summary: 'write a bundle with golden answers, checksums and signature, and verify it',
  positionals: [{ syntax: '<model>', description: 'model, model@version, model@alias or id' }],
  options: [
    { flags: '--out <dir>', description: 'folder to write (or a .zip file); default: in the workspace' },
    { flags: '--targets <list>', description: 'serving systems to prepare for (default: oip)' },
  ],
  input: z.object({ model: z.string(), out: z.string().optional(), targets: Names.optional() }),
  async run({ model, out, targets }, session) {
    const bundle = Bundle.parse(
      await session.job((client) =>
        client.bundles.export({
          model,
          isZip: out?.toLowerCase().endsWith('.zip') ?? false,
          ...(out === undefined ? {} : { out: resolve(out) }),
          ...(targets === undefined ? {} : { targets }),
        }),
      ),
    );
    const isVerified = bundle.verification?.isVerified ?? false;
    const { path, files, ...others } = bundle;
    return {
      document: { bundle: path, files, verified: isVerified, ...others },
      text: `${files.length} files, ${shortBytes(bundle.sizeBytes)}, ${isVerified ? 'verified' : 'NOT verified'}\nbundle: ${path}`,
      isNo: !isVerified,
    };
  },
});
