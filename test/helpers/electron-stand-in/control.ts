import * as electron from './electron.ts';

/** A test's request to run a function in this process, as text; Playwright offers the same for real Electron. */
interface EvaluateRequest {
  readonly id: number;
  readonly source: string;
  readonly argument: unknown;
}

process.on('message', async ({ id, source, argument }: EvaluateRequest) => {
  try {
    const work = new Function(`return (${source})`)() as (module: typeof electron, argument: unknown) => unknown;
    process.send?.({ id, value: await work(electron, argument) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
process.once('disconnect', () => electron.app.quit());

const host = await electron.pageHost;
process.send?.({ debuggingPort: host.debuggingPort });
