import { z } from 'zod';
import { table } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const doctorVerb = defineVerb({
  name: 'doctor',
  summary: 'runtime, providers, disk, memory and optional parts, each with its remedy',
  input: z.object({}),
  async run(_, session) {
    const checks = await (await session.client()).system.doctor();
    return {
      document: { checks },
      text: table(
        ['check', 'status', 'found', 'remedy'],
        checks.map((check) => [check.name, check.status, check.detail, check.remedy ?? '']),
      ),
      isNo: checks.some(({ status }) => status === 'failed'),
    };
  },
});
