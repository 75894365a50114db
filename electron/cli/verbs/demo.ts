import { z } from 'zod';
import { DemoResult } from '../../../shared/contract/system.ts';
import { shortDuration } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const demoVerb = defineVerb({
  name: 'demo',
  summary: 'the main job on the sample project: import, validate, train, evaluate, register, drift, export, verify',
  options: [{ flags: '--project <name>', description: 'sample project: flights or census (default: flights)' }],
  input: z.object({ project: z.enum(['flights', 'census']).default('flights') }),
  async run({ project }, session) {
    const printStep = session.options.isJson ? undefined : (line: string) => session.options.print(line);
    const result = DemoResult.parse(await session.job((client) => client.system.demo({ project }), printStep));
    return {
      document: result,
      text: `${result.steps.length} steps in ${shortDuration(result.seconds)}; model ${result.model}\nverified bundle: ${result.bundle}`,
    };
  },
});
