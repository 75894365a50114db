import { expect, it } from 'vitest';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { TextSurvey } from '../../electron/services/datasets/importers/csv/text-survey.ts';

const CHARACTERS = ['a', 'ß', ',', ' ', '\t', '\n', '\n', '\r\n', '\0', 'some longer text without an end of a line'];

/** Lines of blanks alone that end, and zero bytes, found one character at a time. */
function counted(text: string): { blank: number; zeros: number } {
  const lines = text.split('\n').slice(0, -1);
  return {
    blank: lines.filter((line) => /^[ \t\r]*$/.test(line)).length,
    zeros: text.split('\0').length - 1,
  };
}

it.each([1, 2, 3, 4, 5])('A survey finds blank lines and zero bytes wherever pieces of text end (%i)', async (seed) => {
  const random = seededRandom(seed);
  const text = Array.from({ length: 4000 }, () => CHARACTERS[Math.floor(random() * CHARACTERS.length)]).join('');
  const bytes = Buffer.from(text);
  const survey = new TextSurvey();
  for (let at = 0; at < bytes.length; ) {
    const [piece] = survey.pieces;
    const length = bytes.copy(piece, 0, at, at + 1 + Math.floor(random() * 300));
    survey.take(piece.subarray(0, length));
    at += length;
  }
  const found = { blank: await survey.blankLines({ path: '', quote: undefined }), zeros: survey.zeroBytes };
  expect(found).toEqual(counted(text));
});
