import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { TypedInteger } from '../typed.ts';
import { defineVerb } from '../verb.ts';

export const serveVerb = defineVerb({
  name: 'serve',
  summary: 'serve a model or bundle by the server that ships in bundles, until Ctrl-C',
  positionals: [{ syntax: '<model-or-bundle>', description: 'model, or folder or zip of a bundle' }],
  options: [
    { flags: '--port <port>', description: 'port (default: any free one)' },
    { flags: '--host <address>', description: 'address to listen on (default: 127.0.0.1)' },
    { flags: '--token <token>', description: 'bearer token that requests must carry' },
  ],
  input: z.object({
    modelOrBundle: z.string(),
    port: TypedInteger.pipe(z.number().max(65535)).default(0),
    host: z.string().default('127.0.0.1'),
    token: z.string().optional(),
  }),
  async run({ modelOrBundle, port, host, token }, session) {
    const client = await session.client();
    const what = existsSync(modelOrBundle) ? { bundle: resolve(modelOrBundle) } : { model: modelOrBundle };
    const endpoint = await client.bundles.serve({ ...what, port, host, token: token ?? null });
    const { isJson, print } = session.options;
    print(isJson ? JSON.stringify({ listening: endpoint.url, ...endpoint }) : `listening on ${endpoint.url}`);
    await session.untilInterrupted();
    const stopped = await client.bundles.stop({ id: endpoint.id });
    // The one line was the answer; a program that reads it has it since long.
    return { document: undefined, text: `stopped after ${stopped.requests} requests` };
  },
});
