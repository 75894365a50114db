import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { difference } from '../../electron/runtime/verify/served-checks.ts';
import { licenceFiles } from '../../electron/services/bundles/bundle-licences.ts';
import { bundleName } from '../../electron/services/bundles/bundle-place.ts';
import { outputReferences } from '../../electron/services/bundles/drift-reference.ts';
import { count, figure, html } from '../../electron/services/bundles/model-card/html-text.ts';
import { EXPORT_TARGETS, exportTargets } from '../../electron/services/bundles/targets/export-targets.ts';
import { metricLabel } from '../../shared/metric-names.ts';

describe('figures of the model card', () => {
  it('have at most four significant digits and say when there is none', () => {
    expect(figure(0.123456)).toBe('0.1235');
    expect(figure(1234567.8)).toBe('1\u202f234\u202f568');
    expect(figure(0)).toBe('0');
    expect(figure(null)).toBe('n/a');
    expect(figure(Number.NaN)).toBe('n/a');
    expect(count(12345)).toBe('12\u202f345');
  });

  it('come with names in words', () => {
    expect(metricLabel('rocAuc')).toBe('ROC AUC');
    expect(metricLabel('someNewMeasure')).toBe('Some new measure');
  });

  it('escape what comes from data, once', () => {
    expect(html`<b title="${'"x"'}">${'<script>'}${html`<i>${'&'}</i>`}${[html`1`, '<']}</b>`.text).toBe(
      '<b title="&quot;x&quot;">&lt;script&gt;<i>&amp;</i>1&lt;</b>',
    );
  });
});

describe('the licences of a bundle', () => {
  const carried = (name: string) => ({
    name,
    version: '1.0.0',
    license: 'MIT',
    integrity: null,
    path: '',
    dependencies: [],
  });

  it('hold the text of all that is built into it', () => {
    const files = licenceFiles({ carried: [carried('onnxruntime-web'), carried('zod')], installed: [] }, 'own');
    const text = readFileSync(new URL('../../node_modules/zod/LICENSE', import.meta.url), 'utf8');
    const words = (of: string | undefined) => of?.split(/\s+/).join(' ').trim();
    expect(words(files['LICENSES/MIT-zod.txt'])).toBe(words(text));
    expect(files['LICENSES/MIT-onnxruntime-web.txt']).toContain('Copyright (c) Microsoft Corporation');
    expect(() => licenceFiles({ carried: [carried('left-pad')], installed: [] }, 'own')).toThrow(/left-pad/);
  });
});

describe('the reference of a model\u2019s answers', () => {
  it('has quantiles between order statistics and counts that sum to the rows', () => {
    const data = Array.from({ length: 101 }, (_, i) => i);
    const [reference] = outputReferences([{ name: 'prediction', datatype: 'FP32', shape: [101, 1], data }]);
    expect(reference).toMatchObject({
      output: 'prediction',
      rows: 101,
      quantiles: { '0.05': 5, '0.25': 25, '0.5': 50, '0.75': 75, '0.95': 95 },
    });
    expect(reference?.histogram.edges).toHaveLength(21);
    expect(reference?.histogram.counts.reduce((a, b) => a + b, 0)).toBe(101);
    expect(reference?.histogram.counts.at(-1)).toBe(6);
  });

  it('is one bin for constant answers, one reference a class, and none for labels', () => {
    const found = outputReferences([
      { name: 'label', datatype: 'BYTES', shape: [2], data: ['a', 'b'] },
      { name: 'probabilities', datatype: 'FP32', shape: [2, 2], data: [0.25, 0.75, 0.25, 0.75] },
    ]);
    expect(found.map(({ output }) => output)).toEqual(['probabilities[0]', 'probabilities[1]']);
    expect(found[0]?.histogram).toEqual({ edges: [0.25, 0.25], counts: [2] });
  });
});

describe('golden answers', () => {
  const want = [{ name: 'p', datatype: 'FP32', shape: [2], data: [1, 100] }];
  const within = { tolerance: 1e-3, relativeTolerance: 1e-3 };

  it('are equal within the tolerance and different past it, with the place named', () => {
    expect(difference([{ ...want[0], data: [1.001, 100.1] }], want, within)).toBeUndefined();
    expect(difference([{ ...want[0], data: [1, 100.2] }], want, within)).toBe('"p"[1] is 100.2, golden 100');
    expect(difference([{ ...want[0], data: [1, null] }], want, within)).toBe('"p"[1] is null, golden 100');
    expect(difference([], want, within)).toBe('the outputs are not those expected');
    expect(difference([{ ...want[0], shape: [1] }], want, within)).toBe('"p" is FP32 [1]');
  });
});

describe('names and targets', () => {
  it('make a file name of any model name', () => {
    expect(bundleName('flights', 3)).toBe('flights-v3');
    expect(bundleName('../../etc/passwd', 1)).toBe('etc-passwd-v1');
    expect(bundleName('é', 1)).toBe('model-v1');
  });

  it('are found by name, once each, and an unknown one is named', () => {
    expect(new Set(EXPORT_TARGETS.map(({ target }) => target)).size).toBe(EXPORT_TARGETS.length);
    expect(exportTargets(['oip', 'oip']).map(({ target }) => target)).toEqual(['oip']);
    expect(() => exportTargets(['toaster'])).toThrow('There is no export target "toaster"');
  });
});
