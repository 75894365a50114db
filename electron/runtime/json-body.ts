import { isUtf8 } from 'node:buffer';
import { RequestError } from './request-error.ts';

const STRING_OR_BARE_TOKEN = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * Parses a JSON body. NaN as a bare word, which many clients send for a missing number although JSON has no such word,
 * is read as null; Infinity is refused. Throws RequestError 400.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new RequestError(400, 'The body is not UTF-8.');
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const repaired = text.includes('NaN') ? withoutNaN(text) : undefined;
    if (repaired === undefined) throw new RequestError(400, `The body is not JSON: ${error.message.slice(0, 200)}`);
    return repaired.value;
  }
}

function withoutNaN(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text.replace(STRING_OR_BARE_TOKEN, (token) => (token === 'NaN' ? 'null' : token))) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
