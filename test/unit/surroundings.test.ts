import { describe, expect, it } from 'vitest';
import {
  type Surroundings,
  surroundingDifferences,
  surroundings,
} from '../../electron/services/training/surroundings.ts';

describe('what surrounds a training', () => {
  it('is told by the code that decides numbers, the native packages and the processor', async () => {
    const now = await surroundings();
    expect(Object.keys(now.code?.hashes ?? {}).sort()).toEqual(['compute', 'shared', 'training', 'tree kernels']);
    for (const name of ['node', 'onnxruntime-node', '@duckdb/node-api', 'sharp'])
      expect(now.packages[name]).toMatch(/^v?\d+\./);
    expect(now.processor).not.toBe('');
    expect(await surroundings()).toEqual(now);
  });

  it('is compared part by part; two commits of equal code are no difference', async () => {
    const now = await surroundings();
    const code = (change: Partial<NonNullable<Surroundings['code']>>): Surroundings => ({
      ...now,
      code: { commit: 'a'.repeat(40), isChanged: false, hashes: now.code?.hashes ?? {}, ...change },
    });
    expect(surroundingDifferences(code({ commit: 'b'.repeat(40), isChanged: true }), code({}))).toEqual([]);
    const hashes = { ...now.code?.hashes, compute: 'c'.repeat(64) };
    expect(surroundingDifferences(code({ hashes, isChanged: true }), code({}))).toEqual([
      {
        what: 'code of compute',
        original: 'cccccccccccc of commit aaaaaaaaaa, changed',
        again: expect.stringMatching(/^[0-9a-f]{12} of commit aaaaaaaaaa$/),
      },
    ]);
    const older = { ...now, packages: { ...now.packages, 'onnxruntime-node': '1.0.0' }, processor: 'Another' };
    expect(surroundingDifferences(older, now).map(({ what }) => what)).toEqual(['onnxruntime-node', 'processor']);
  });

  it('that an old manifest says nothing of is no difference', async () => {
    const now = await surroundings();
    expect(surroundingDifferences({ ...now, code: null, processor: '' }, now)).toEqual([]);
  });
});
