import { describe, expect, test } from 'vitest';
import { shares } from '../../renderer/components/charts/shared-bins-option.ts';
import { curlCommand, serveCommand, shellQuote } from '../../renderer/features/deploy/curl-command.ts';
import { endpointOf } from '../../renderer/features/deploy/endpoint-of.ts';
import { calibrationFinding, confusionFinding } from '../../renderer/features/models/findings.ts';
import type { Endpoint } from '../../shared/contract/bundles.ts';
import { metricLabel } from '../../shared/metric-names.ts';

const bin = (meanPredicted: number, observed: number, rows: number, half = 0.01) => ({
  lower: meanPredicted - 0.05,
  upper: meanPredicted + 0.05,
  meanPredicted,
  observed,
  rows,
  observedLower: observed - half,
  observedUpper: observed + half,
});

describe('what a chart says in its title', () => {
  test('calibration: good, too high, too low, or both', () => {
    expect(calibrationFinding([bin(0.1, 0.105, 100), bin(0.9, 0.895, 100)])).toBe(
      'Probabilities can be taken at their word',
    );
    expect(calibrationFinding([bin(0.3, 0.2, 100), bin(0.7, 0.6, 100)])).toBe(
      'Probabilities run too high, by 10.0\u00a0% on average',
    );
    expect(calibrationFinding([bin(0.3, 0.4, 100)])).toBe('Probabilities run too low, by 10.0\u00a0% on average');
    expect(calibrationFinding([bin(0.3, 0.4, 100), bin(0.7, 0.6, 100)])).toContain('both directions');
    expect(calibrationFinding([])).toBe('Probabilities can be taken at their word');
  });

  test('confusion: the pair most often mistaken, by share of the true class', () => {
    const labels = ['sun', 'rain', 'snow'];
    expect(
      confusionFinding({
        labels,
        counts: [
          [90, 10, 0],
          [0, 100, 0],
          [0, 2, 2],
        ],
      }),
    ).toBe('snow is most often taken for rain (50.0\u00a0%)');
    expect(
      confusionFinding({
        labels,
        counts: [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 0],
        ],
      }),
    ).toBe('No class is taken for another');
  });

  test('metrics have names, known or spelled out, with the candidate in front', () => {
    expect(metricLabel('rocAuc')).toBe('ROC AUC');
    expect(metricLabel('someNewMetric')).toBe('Some new metric');
    expect(metricLabel('network.validationLoss')).toBe('Network: Loss on validation rows');
  });

  test('shares of an empty sample are zero', () => {
    expect(shares([1, 3])).toEqual([0.25, 0.75]);
    expect(shares([0, 0])).toEqual([0, 0]);
  });
});

describe('the server of a bundle', () => {
  const bundle = { model: 'late', modelVersion: 2, path: '/bundles/late-v2' };
  const endpoint = (id: string, state: Endpoint['state'], name = 'late@2'): Endpoint => ({
    id,
    name,
    url: 'http://127.0.0.1:1',
    state,
    startedAt: '2026-11-23T10:00:00Z',
    requests: 0,
    error: null,
  });

  test('is the one started here, else one that runs, else the last one', () => {
    const all = [endpoint('a', 'ready'), endpoint('b', 'stopped'), endpoint('c', 'ready', 'other@1')];
    expect(endpointOf(bundle, all, 'b')?.id).toBe('b');
    expect(endpointOf(bundle, all, undefined)?.id).toBe('a');
    expect(endpointOf(bundle, [endpoint('b', 'stopped')], undefined)?.id).toBe('b');
    expect(endpointOf({ ...bundle, modelVersion: 9 }, all, undefined)).toBeUndefined();
  });
});

describe('commands to copy', () => {
  test('ask for one prediction over Open Inference Protocol with every raw column', () => {
    const command = curlCommand('http://127.0.0.1:8080/', 'flights late', [
      { name: 'carrier', type: 'string' },
      { name: 'distance', type: 'float' },
    ]);
    expect(command).toContain("'http://127.0.0.1:8080/v2/models/flights%20late/infer'");
    expect(command).toContain('{"name":"carrier","shape":[1,1],"datatype":"BYTES","data":[""]}');
    expect(command).toContain('"datatype":"FP32"');
  });

  test('survive quotes and spaces in paths', () => {
    expect(shellQuote("it's")).toBe(`'it'\\''s'`);
    expect(serveCommand('/a/b c/', false)).toBe("cd 'b c' && node server.mjs");
    expect(serveCommand('/a/c.zip', true)).toBe("unzip 'c.zip' -d 'c' && cd 'c' && node server.mjs");
  });
});
