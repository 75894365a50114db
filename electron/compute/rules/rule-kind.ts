import type { z } from 'zod';
import type { ColumnType } from '../../../shared/column-type.ts';
import type { RuleKindInfo } from '../../../shared/contract/validation.ts';

/** A value of one cell as a live request brings it. Times are ISO 8601 text. */
export type LiveValue = string | number | boolean | null | undefined;
export type LiveRow = Readonly<Record<string, LiveValue>>;

/** What a rule may know of the table it is compiled for. */
export interface TableShape {
  /** Logical type by column name. */
  readonly types: ReadonlyMap<string, ColumnType>;
  /** SQL that can follow FROM. */
  readonly relation: string;
}

/** Judges each row by itself: in SQL for bulk, by a closure for one live request. Both agree on every row. */
export interface RowRule {
  readonly scope: 'row';
  /** Column whose value is shown for a failing row. */
  readonly shows: string | null;
  /** SQL expression, true for a failing row, never NULL. */
  readonly failing: string;
  readonly fails: (row: LiveRow) => boolean;
}

/** Judges rows by looking at other rows too (uniqueness, sequence): SQL only. */
export interface RowsetRule {
  readonly scope: 'rowset';
  readonly shows: string | null;
  /** SQL expression that may hold window functions or sub-queries over the relation; true for a failing row. */
  readonly failing: string;
}

/** Judges the whole table by one aggregate. */
export interface TableRule {
  readonly scope: 'table';
  /** SQL aggregate expression; its value is handed to `judge`. */
  readonly aggregate: string;
  readonly judge: (observed: number | string | null) => { readonly isOk: boolean; readonly observed: string };
}

export type CompiledRule = RowRule | RowsetRule | TableRule;

export interface RuleTarget<Params> {
  readonly column: string;
  readonly params: Params;
}

/** One kind of rule: a record in rule-kinds.ts. */
export interface RuleKind<Params> {
  readonly kind: string;
  readonly label: string;
  readonly description: string;
  /** Empty: any type. */
  readonly appliesTo: readonly ColumnType[];
  readonly needsColumn: boolean;
  readonly params: z.ZodType<Params>;
  /** How a form asks for the parameters. */
  readonly fields: RuleKindInfo['params'];
  /** One sentence with the column's name: "age is between 0 and 120". */
  describe(rule: RuleTarget<Params>): string;
  /** Columns that must be in the table. */
  columnsOf(rule: RuleTarget<Params>): readonly string[];
  compile(rule: RuleTarget<Params>, table: TableShape): CompiledRule;
}
