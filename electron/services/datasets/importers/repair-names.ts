import type { ImportWarning } from '../../../../shared/contract/datasets.ts';

/** A column's name in the dataset and in the file. */
export interface RepairedName {
  readonly name: string;
  readonly original: string;
}

/** The name under which DuckDB answers a row's number: a column called so would hide it. */
const RESERVED = 'file_row_number';

const tidy = (name: string): string => name.replaceAll('\0', '').trim();

/** Names without blanks around them and zero bytes in them, made unique ignoring case, empty ones filled in; each with the name it had. */
export function repairNames(names: readonly string[]): RepairedName[] {
  const taken = new Set<string>([RESERVED]);
  return names.map((original, index) => {
    const wanted = tidy(original) || `column_${index + 1}`;
    let name = wanted;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wanted}_${n}`;
    taken.add(name.toLowerCase());
    return { name, original };
  });
}

/** What to say of names that were changed. */
export function renameWarnings(names: readonly RepairedName[]): ImportWarning[] {
  return names.flatMap(({ name, original }): ImportWarning[] => {
    if (name === original) return [];
    const message =
      tidy(original) === ''
        ? `A column without a name is called ${name}.`
        : original.includes('\0')
          ? `The column "${original.replaceAll('\0', '\u2400')}" is called ${name}, without its zero bytes.`
          : original.trim() === name
            ? `The column "${original}" is called ${name}, without the blanks around it.`
            : original.trim().toLowerCase() === RESERVED
              ? `The column "${original.trim()}" is called ${name}; its name is taken by the numbers of rows.`
              : `A second column "${original.trim()}" is called ${name}.`;
    return [{ code: 'renamed', message, column: name }];
  });
}
