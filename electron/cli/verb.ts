import type { z } from 'zod';
import type { Session } from './session.ts';

/** What a verb answers: one document for programs, text for people, and whether the answer is "no". */
export interface Answer {
  /** Printed by `--json`, in full double precision. */
  readonly document: unknown;
  /** Printed otherwise. */
  readonly text: string;
  /** True: done, and the answer is "no" (exit code 3). */
  readonly isNo?: boolean;
}

/** One positional argument: `<dataset>` is required, `[dataset]` is not, `<file...>` takes one or more. */
export interface Positional {
  readonly syntax: string;
  readonly description: string;
}

export interface Option {
  /** As commander writes it: `--out <file>`. */
  readonly flags: string;
  readonly description: string;
}

interface VerbParts<Input extends z.ZodType> {
  /** As typed: `import`, or `schema infer`. */
  readonly name: string;
  readonly summary: string;
  readonly positionals?: readonly Positional[];
  readonly options?: readonly Option[];
  /** Checks what was typed: positionals by their name, options by their camelCase name. */
  readonly input: Input;
  run(input: z.output<Input>, session: Session): Promise<Answer>;
}

/** A verb of the command line; each is one record in verbs/verbs.ts. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly Positional[];
  readonly options: readonly Option[];
  readonly input: z.ZodType;
  /** Checks what was typed and does it. */
  answer(typed: unknown, session: Session): Promise<Answer>;
}

/** Makes a verb of its parts; what `run` is given has the type of its `input`. */
export function defineVerb<Input extends z.ZodType>(parts: VerbParts<Input>): Verb {
  return {
    name: parts.name,
    summary: parts.summary,
    positionals: parts.positionals ?? [],
    options: parts.options ?? [],
    input: parts.input,
    answer: (typed, session) => parts.run(parts.input.parse(typed), session),
  };
}
