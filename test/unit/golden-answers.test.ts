import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { goldenFile } from '../../electron/services/bundles/golden-file.ts';
import { goldenTensors } from '../../electron/services/bundles/golden-tensors.ts';
import type { BundleManifest } from '../../shared/bundle-format.ts';

const input = { name: 'x', datatype: 'FP32', shape: [-1, 1], columnType: null };

/** Golden rows 0 to 3, asked of a server that answers the probabilities of a row by its value. */
async function goldenOf(probabilities: (value: number) => number[]) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const { inputs } = JSON.parse(body) as { inputs: [{ data: [number] }] };
    const data = probabilities(inputs[0].data[0]);
    response.end(JSON.stringify({ outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [1, 2], data }] }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const { port } = server.address() as AddressInfo;
    const manifest = { name: 'm', inputs: [input] } as unknown as BundleManifest;
    const rows = [0, 1, 2, 3].map((value) => ({ note: 'row', cells: [value] }));
    return await goldenFile(`http://127.0.0.1:${port}`, manifest, rows, () => undefined);
  } finally {
    server.close();
  }
}

it('leaves out answers that are near a tie, and numbers the others', async () => {
  const { requests, rows } = await goldenOf((value) => (value % 2 === 0 ? [0.5, 0.50001] : [0.2, 0.8]));
  expect(requests.map(({ id, inputs }) => [id, inputs[0]?.data])).toEqual([
    ['golden-1', [1]],
    ['golden-2', [3]],
  ]);
  expect(rows).toBe(2);
});

it('keeps the ties of a model that has nothing else to answer, so that its bundle can be verified', async () => {
  const { requests, rows } = await goldenOf(() => [0.5, 0.5]);
  expect([requests.length, rows]).toEqual([4, 4]);
});

it('asks a model of one row at a time for one row, and refuses one of several at a time', () => {
  const rows = goldenTensors([{ ...input, shape: [1, -1, 3] }]);
  expect(rows[0]?.cells).toEqual([{ shape: [8, 3], data: new Array(24).fill(0) }]);
  expect(() => goldenTensors([{ ...input, shape: [4, 3] }])).toThrow(/does not count rows/);
});
