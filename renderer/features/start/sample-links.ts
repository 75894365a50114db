import { DemoResult } from '../../../shared/contract/system.ts';
import { messages } from '../../lib/messages/messages.ts';

interface SampleLinks {
  readonly seconds: number;
  readonly places: readonly { readonly label: string; readonly path: string }[];
}

const m = messages.start;
const textIn = (details: Readonly<Record<string, unknown>> | undefined, key: string): string | undefined => {
  const value = details?.[key];
  return typeof value === 'string' ? value : undefined;
};

/** Where the results of a sample project can be seen; undefined when the document is not one. */
export function sampleLinks(result: unknown): SampleLinks | undefined {
  const parsed = DemoResult.safeParse(result);
  if (!parsed.success) return undefined;
  const { model, seconds, steps } = parsed.data;
  const detailsOf = (name: string) => steps.find(({ step }) => step === name)?.details;
  const [name = model, version = '1'] = model.split('@');
  const dataset = textIn(detailsOf('import'), 'dataset');
  const report = textIn(detailsOf('drift'), 'report');
  return {
    seconds,
    places: [
      ...(dataset === undefined ? [] : [{ label: m.sampleData, path: `/data/${encodeURIComponent(dataset)}` }]),
      { label: m.sampleModel, path: `/models/${encodeURIComponent(name)}/${version}` },
      ...(report === undefined ? [] : [{ label: m.sampleDrift, path: `/monitor/${report}` }]),
      { label: m.sampleBundle, path: '/deploy' },
    ],
  };
}
