import { z } from 'zod';
import { SetupPart, SetupResult } from '../../../shared/contract/system.ts';
import { defineVerb } from '../verb.ts';

export const setupVerb = defineVerb({
  name: 'setup',
  summary:
    'make an optional part on this machine: tfjs-node, the native part of TensorFlow.js; cuda, what ONNX Runtime needs to train on an NVIDIA card',
  positionals: [{ syntax: '<part>', description: SetupPart.options.join(', ') }],
  input: z.object({ part: SetupPart }),
  async run({ part }, session) {
    const result = SetupResult.parse(await session.job((client) => client.system.setup({ part })));
    return { document: result, text: `${result.detail}\n${result.folder}` };
  },
});
