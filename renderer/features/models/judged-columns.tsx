import { Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { JudgedRow } from '../../../shared/contract/judged-rows.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import type { DataColumn } from '../../components/DataTable.tsx';
import { formatCount, formatFull, formatNumber, formatShare, NOT_AVAILABLE } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';
import { classLabels } from './model-reference.ts';

const number = (value: string | number | null) =>
  typeof value === 'number' ? <span title={formatFull(value)}>{formatNumber(value)}</span> : (value ?? NOT_AVAILABLE);

/** Right or wrong by sign and colour beside the answer. */
function answerCell(row: JudgedRow, nameOf: (label: string | number) => string) {
  const isWrong = row.truth !== row.answer;
  return (
    <Text span size="sm" className="nowrap" {...(isWrong ? { fw: 600, c: 'var(--mantine-color-error)' } : {})}>
      {isWrong ? <IconX size={13} aria-hidden /> : <IconCheck size={13} aria-hidden />} {nameOf(row.answer)}
    </Text>
  );
}

/** Truth and answer of a judged row, how sure or how far off, then what its inputs hold. */
export function judgedColumns(model: ModelVersion, inputs: readonly string[]): readonly DataColumn<JudgedRow>[] {
  const isNumber = model.task === 'regression';
  const labels = classLabels(model);
  const nameOf = (label: string | number): string =>
    labels[(model.classes ?? []).indexOf(String(label))] ?? String(label);
  const isFloat = new Map(model.inputs.map(({ name, type }) => [name, type === 'float']));
  const value = (row: JudgedRow, at: number): string | number | null => {
    const cell = row.cells[at] ?? null;
    const asNumber = Number(cell);
    return cell !== null && isFloat.get(inputs[at] ?? '') === true && Number.isFinite(asNumber) ? asNumber : cell;
  };
  return [
    { id: 'row', label: m.rowsRow, isNumeric: true, sortBy: ({ row }) => row, cell: ({ row }) => formatCount(row + 1) },
    {
      id: 'truth',
      label: m.imagesTruth,
      isNumeric: isNumber,
      sortBy: ({ truth }) => truth,
      cell: ({ truth }) => (isNumber ? number(truth) : nameOf(truth)),
    },
    {
      id: 'answer',
      label: isNumber ? m.tablePredictedValue : m.imagesAnswer,
      isNumeric: isNumber,
      sortBy: ({ answer }) => answer,
      cell: (row) => (isNumber ? number(row.answer) : answerCell(row, nameOf)),
    },
    isNumber
      ? {
          id: 'residual',
          label: m.rowsOff,
          isNumeric: true,
          sortBy: ({ residual }) => residual,
          cell: ({ residual }) => number(residual),
        }
      : {
          id: 'probability',
          label: m.rowsSure,
          isNumeric: true,
          sortBy: ({ probability }) => probability,
          cell: ({ probability }) => (
            <span title={probability === null ? '' : formatFull(probability)}>{formatShare(probability)}</span>
          ),
        },
    ...inputs.map(
      (name, at): DataColumn<JudgedRow> => ({
        id: `input ${name}`,
        label: name,
        isNumeric: isFloat.get(name) === true,
        sortBy: (row) => value(row, at),
        cell: (row) => {
          const cell = value(row, at);
          return cell === null ? (
            <Text span size="sm" c="dimmed">
              {NOT_AVAILABLE}
            </Text>
          ) : (
            number(cell)
          );
        },
      }),
    ),
  ];
}
