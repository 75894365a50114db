import { AppError } from '../../../shared/errors.ts';

const ASKED = /Failed to allocate memory for requested buffer of size (\d+)|bad_?alloc/i;

/** What ONNX Runtime says of a run that failed, in words: memory that ran out with its size, else its own first line. */
export function runError(error: unknown, rows: number): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const asked = ASKED.exec(text);
  const node = /running (\w+) node\. Name:'([^']*)'/.exec(text);
  const where = node ? ` at node "${node[2]}" (${node[1]})` : '';
  if (asked)
    return new AppError('OUT_OF_MEMORY', {
      message: `The model asked for ${asked[1] === undefined ? 'more memory than there is' : `${(Number(asked[1]) / 2 ** 30).toFixed(1)} GiB at once`}${where}, for ${rows} ${rows === 1 ? 'row' : 'rows'}.`,
      remedy: 'Use a model that makes smaller tensors of a row, or a machine with more memory.',
      kept: 'What was scored before is kept.',
      cause: error,
    });
  return new AppError('MODEL_INVALID', {
    message: `The model cannot compute ${rows} ${rows === 1 ? 'row' : 'rows'}${where}: ${text.split('\n')[0]?.replace(/^.*Status Message: /, '') ?? ''}`,
    remedy: 'Check that the rows have what the model was trained on.',
    cause: error,
  });
}
