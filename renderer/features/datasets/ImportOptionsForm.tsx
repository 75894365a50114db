import { Button, Checkbox, Fieldset, Group, Select, TagsInput } from '@mantine/core';
import type { ImportOptions } from '../../../shared/contract/datasets.ts';
import { messages } from '../../lib/messages/messages.ts';

interface ImportOptionsFormProps {
  /** What is in force: detected, or chosen where something was chosen. */
  readonly found: ImportOptions;
  readonly chosen: ImportOptions;
  readonly onChange: (chosen: ImportOptions) => void;
}

const m = messages.datasets;
const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'iso-8859-1',
  'shift_jis',
  'gb18030',
  'euc-kr',
  'koi8-r',
];
const delimiters = Object.entries(m.delimiters).map(([value, label]) => ({ value, label }));

const withCurrent = (known: readonly { value: string; label: string }[], current: string | undefined) =>
  current === undefined || known.some(({ value }) => value === current)
    ? [...known]
    : [...known, { value: current, label: current }];

/** A format of days as people write it, and the same with day and month changed over. */
const dateFormats = (format: string) =>
  [...new Set([format, format.replace(/%([dm])(\W)%([dm])/, '%$3$2%$1')])].map((value) => ({
    value,
    label: value.replace('%d', 'DD').replace('%m', 'MM').replace('%Y', 'YYYY').replace('%y', 'YY'),
  }));

const isDecimalMark = (value: string | null): value is '.' | ',' => value === '.' || value === ',';

/** How a text file is read. Every field shows what was found and says when a person has changed it. */
export function ImportOptionsForm({ found, chosen, onChange }: ImportOptionsFormProps) {
  const origin = (option: keyof ImportOptions): string =>
    chosen[option] === undefined ? m.importFound : m.importChanged;
  const label = (text: string, option: keyof ImportOptions): string => `${text} (${origin(option)})`;
  const { types, ...changed } = chosen;
  const isChanged = Object.keys(changed).length > 0;
  return (
    <Fieldset legend={m.importOptions} p="sm">
      <Group align="flex-end" gap="sm">
        <Select
          size="xs"
          w={170}
          label={label(m.importDelimiter, 'delimiter')}
          data={withCurrent(delimiters, found.delimiter)}
          value={found.delimiter ?? null}
          allowDeselect={false}
          onChange={(delimiter) => delimiter !== null && onChange({ ...chosen, delimiter })}
        />
        <Select
          size="xs"
          w={170}
          label={label(m.importEncoding, 'encoding')}
          data={withCurrent(
            encodings.map((value) => ({ value, label: value })),
            found.encoding?.toLowerCase(),
          )}
          value={found.encoding?.toLowerCase() ?? 'utf-8'}
          allowDeselect={false}
          searchable
          onChange={(encoding) => encoding !== null && onChange({ ...chosen, encoding })}
        />
        <Select
          size="xs"
          w={170}
          label={label(m.importDecimal, 'decimalMark')}
          data={[
            { value: '.', label: m.decimalPoint },
            { value: ',', label: m.decimalComma },
          ]}
          value={found.decimalMark ?? '.'}
          allowDeselect={false}
          onChange={(decimalMark) => isDecimalMark(decimalMark) && onChange({ ...chosen, decimalMark })}
        />
        {found.dateFormat !== undefined && (
          <Select
            size="xs"
            w={170}
            label={label(m.importDateFormat, 'dateFormat')}
            data={dateFormats(found.dateFormat)}
            value={found.dateFormat}
            allowDeselect={false}
            onChange={(dateFormat) => dateFormat !== null && onChange({ ...chosen, dateFormat })}
          />
        )}
        <TagsInput
          size="xs"
          w={240}
          label={label(m.importMissing, 'missingWords')}
          placeholder={m.importMissingHint}
          value={(found.missingWords ?? []).filter((word) => word !== '')}
          onChange={(words) => onChange({ ...chosen, missingWords: ['', ...words] })}
        />
        <Checkbox
          size="xs"
          mb={7}
          label={label(m.importHeader, 'hasHeader')}
          checked={found.hasHeader ?? true}
          onChange={(event) => onChange({ ...chosen, hasHeader: event.currentTarget.checked })}
        />
        {isChanged && (
          <Button size="xs" variant="subtle" onClick={() => onChange(types === undefined ? {} : { types })}>
            {m.importResetOptions}
          </Button>
        )}
      </Group>
    </Fieldset>
  );
}
