import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { LiveRow, LiveValue } from '../compute/rules/rule-kind.ts';
import { ruleKind } from '../compute/rules/rule-kinds.ts';
import type { Tensor } from './datatypes.ts';
import { isObject } from './infer-request.ts';
import type { ServedInput } from './tensor-json.ts';

/** What becomes of rows that fail a rule: nothing is looked at, the answer says so, or the request is refused. */
export const RULE_MODES = ['off', 'annotate', 'enforce'] as const;
export type RuleMode = (typeof RULE_MODES)[number];

/** A row that fails a rule, in words that name row, column, value and rule. */
export interface RuleFailure {
  readonly isError: boolean;
  readonly text: string;
}

interface LiveRule {
  readonly id: string;
  readonly description: string;
  readonly isError: boolean;
  readonly shows: string | null;
  readonly fails: (row: LiveRow) => boolean;
}

/** Failures told of one request; all are counted. */
const MOST_TOLD = 20;
const ENVIRONMENT = 'serving';
/** Digits that a 32-bit float keeps of a decimal number. */
const FLOAT_DIGITS = 7;
const DAY_MS = 86_400_000;

/** The rules of a bundle's schema that speak of one row, judged on the rows of a request. */
export class LiveRules {
  readonly #inputs: readonly ServedInput[];
  readonly #rules: readonly LiveRule[];

  private constructor(inputs: readonly ServedInput[], rules: readonly LiveRule[]) {
    this.#inputs = inputs;
    this.#rules = rules;
  }

  /** Reads schema.json of a bundle's folder; without one there are no rules. `say` hears of rules that cannot be judged here. */
  static read(bundle: string, inputs: readonly ServedInput[], say: (line: string) => void): LiveRules {
    const path = join(bundle, 'schema.json');
    const document: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    const given: readonly unknown[] = isObject(document) && Array.isArray(document['rules']) ? document['rules'] : [];
    const types = new Map(inputs.map(({ name, columnType }) => [name, columnType ?? 'number'] as const));
    const rules: LiveRule[] = [];
    for (const rule of given.filter(isObject)) {
      const id = String(rule['id']);
      const environments = Array.isArray(rule['environments']) ? rule['environments'] : [];
      if (environments.length > 0 && !environments.includes(ENVIRONMENT)) continue;
      try {
        const read = ruleKind(String(rule['kind'])).read({
          id,
          column: typeof rule['column'] === 'string' ? rule['column'] : null,
          params: isObject(rule['params']) ? rule['params'] : {},
        });
        // Times travel as 32-bit floats, minutes off: what cannot be told exactly is not judged.
        const isKnown = read.columns.every((column) => types.has(column) && types.get(column) !== 'timestamp');
        const compiled = isKnown ? read.compile({ types, relation: '' }) : undefined;
        if (compiled?.scope !== 'row') continue;
        const { shows, fails } = compiled;
        rules.push({ id, description: read.description, isError: rule['severity'] !== 'warning', shows, fails });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        say(`A rule of schema.json is left out: ${error.message}`);
      }
    }
    return new LiveRules(inputs, rules);
  }

  get count(): number {
    return this.#rules.length;
  }

  /** Every failure counted, the first of them in words. Rows are counted from 1. */
  judge(feeds: readonly Tensor[], rows: number): { readonly count: number; readonly failures: readonly RuleFailure[] } {
    const failures: RuleFailure[] = [];
    let count = 0;
    if (this.#rules.length === 0) return { count, failures };
    for (let row = 0; row < rows; row++) {
      const cells = Object.fromEntries(
        this.#inputs.map((input, index) => [input.name, cellOf(input, feeds[index], row)]),
      );
      for (const { id, description, isError, shows, fails } of this.#rules) {
        if (!fails(cells)) continue;
        count += 1;
        if (failures.length < MOST_TOLD || (isError && !failures.some((failure) => failure.isError)))
          failures.push({
            isError,
            text: `row ${row + 1}${shows === null ? '' : `, column "${shows}", value ${shown(cells[shows])}`}: ${description} (rule ${id})`,
          });
      }
    }
    return { count, failures };
  }
}

const shown = (value: LiveValue): string =>
  value === null || value === undefined ? 'missing' : JSON.stringify(value).slice(0, 120);

/** The cell behind an element of a tensor: what a float lost of a decimal or a day is given back. */
function cellOf(input: ServedInput, tensor: Tensor | undefined, row: number): LiveValue {
  const element = tensor?.data[row];
  if (element === undefined || element === '') return null;
  if (typeof element === 'string') return element;
  const number = Number(element);
  if (Number.isNaN(number)) return null;
  if (input.columnType === 'boolean') return number !== 0;
  if (input.columnType === 'date') return new Date(Math.round(number / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
  if (input.datatype !== 'FP32') return number;
  const short = Number(number.toPrecision(FLOAT_DIGITS));
  return Math.fround(short) === number ? short : number;
}
