import type {
  BundleInput,
  BundleManifest,
  GoldenFile,
  GoldenRequest,
  GoldenTensor,
} from '../../../shared/bundle-format.ts';
import { AppError } from '../../../shared/errors.ts';
import { type GoldenCell, type GoldenRow, isBlock } from './golden-rows.ts';

/** Answers closer to a tie than this are left out: two right engines may decide them differently. */
const SMALLEST_MARGIN = 1e-4;
const TOLERANCE = 1e-5;
/** A golden request that takes longer is never answered. */
const LONGEST_ANSWER_MS = 60_000;

const tensorsOf = (inputs: readonly BundleInput[], rows: readonly (readonly GoldenCell[])[]): GoldenTensor[] =>
  inputs.map((input, at) => {
    const first = rows[0]?.[at];
    return {
      name: input.name,
      datatype: input.datatype,
      shape: [rows.length, ...(isBlock(first) ? first.shape : [1])],
      data: rows.flatMap((cells): GoldenTensor['data'] => {
        const cell = cells[at] ?? null;
        return isBlock(cell) ? cell.data : [cell];
      }),
    };
  });

/** Asks a running server for the outputs of rows. Throws AppError with the server's answer when it refuses. */
export async function askServer(
  url: string,
  manifest: BundleManifest,
  rows: readonly (readonly GoldenCell[])[],
): Promise<GoldenTensor[]> {
  const response = await fetch(`${url}/v2/models/${encodeURIComponent(manifest.name)}/infer`, {
    method: 'POST',
    signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: tensorsOf(manifest.inputs, rows) }),
  }).catch((error: unknown) => {
    throw new AppError('TIMED_OUT', {
      message: `The model gave no answer within ${LONGEST_ANSWER_MS / 1000} s, or its server ended: ${error instanceof Error ? error.message : String(error)}.`,
      remedy: 'A model that never ends or needs more memory than there is cannot be served.',
      cause: error,
    });
  });
  const text = await response.text();
  if (!response.ok) {
    throw new AppError('MODEL_INVALID', {
      message: `The model does not answer a row that it should be able to take: ${text.slice(0, 300)}`,
      remedy: 'Train it again; one made elsewhere is to be saved so that it takes rows of the shapes it states.',
    });
  }
  return (JSON.parse(text) as { outputs: GoldenTensor[] }).outputs;
}

/** Asks for rows one by one, which may be of different shapes, and answers the outputs as one batch. */
export async function askEach(
  url: string,
  manifest: BundleManifest,
  rows: readonly GoldenRow[],
  asked: () => void,
): Promise<GoldenTensor[]> {
  const answers: GoldenTensor[][] = [];
  for (const { cells } of rows) {
    asked();
    answers.push(await askServer(url, manifest, [cells]));
  }
  return stack(answers);
}

function isTie(outputs: readonly GoldenTensor[]): boolean {
  const probabilities = outputs.find(({ name }) => name === 'probabilities')?.data;
  if (!probabilities || probabilities.length < 2) return false;
  const [first = 0, second = 0] = probabilities.map(Number).sort((a, b) => b - a);
  return first - second < SMALLEST_MARGIN;
}

/** Several requests' tensors as one batch. */
const stack = (tensors: readonly (readonly GoldenTensor[])[]): GoldenTensor[] =>
  (tensors[0] ?? []).map((first, at) => ({
    ...first,
    shape: [tensors.length, ...first.shape.slice(1)],
    data: tensors.flatMap((row) => row[at]?.data ?? []),
  }));

/**
 * golden.json: every row as a request with the answer a fresh server gave, and the complete rows as one batch. `asked` is
 * called before each request and may throw to stop. Without `areRowsApart` nobody knows that a row's answer is the same in a
 * batch: none is kept.
 */
export async function goldenFile(
  url: string,
  manifest: BundleManifest,
  rows: readonly GoldenRow[],
  asked: () => void,
  areRowsApart = true,
): Promise<GoldenFile> {
  const found: Omit<GoldenRequest, 'id'>[] = [];
  for (const { note, cells } of rows) {
    asked();
    const outputs = await askServer(url, manifest, [cells]);
    found.push({ note, inputs: tensorsOf(manifest.inputs, [cells]), outputs });
  }
  const decided = found.filter(({ outputs }) => !isTie(outputs));
  // A model that learnt nothing of two equal classes answers every row with a tie: what it answers is to come back too.
  const requests = (decided.length > 0 ? decided : found).map(
    (request, index): GoldenRequest => ({ id: `golden-${index + 1}`, ...request }),
  );
  const shapes = ({ inputs }: GoldenRequest): string => JSON.stringify(inputs.map(({ shape }) => shape));
  const [first] = requests;
  const complete = !areRowsApart
    ? []
    : requests.filter(
        (request) => first && shapes(request) === shapes(first) && request.inputs.every(({ data }) => data[0] !== null),
      );
  const predictions = requests.flatMap(({ outputs }) =>
    outputs.filter(({ name }) => name === 'prediction').flatMap(({ data }) => data.map(Number)),
  );
  const scale = predictions.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return {
    formatVersion: 1,
    // One digit, so that it reads well.
    tolerance: Number((TOLERANCE * scale).toPrecision(1)),
    relativeTolerance: TOLERANCE,
    requests,
    rows: complete.length,
    inputs: stack(complete.map(({ inputs }) => inputs)),
    outputs: stack(complete.map(({ outputs }) => outputs)),
  };
}

/** Text of golden.json: a line a request, so that a reader and a comparison of two files find their way. */
export function goldenText({ requests, ...rest }: GoldenFile): string {
  const head = JSON.stringify(rest).slice(0, -1);
  return `${head},"requests":[\n${requests.map((request) => JSON.stringify(request)).join(',\n')}\n]}\n`;
}
