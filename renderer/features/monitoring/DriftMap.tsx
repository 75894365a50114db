import type { DriftReport, DriftTestInfo } from '../../../shared/contract/monitoring.ts';
import { Chart } from '../../components/Chart.tsx';
import { heatMapHeight, heatMapOption } from '../../components/charts/heat-map-option.ts';
import { MoreButton } from '../../components/MoreButton.tsx';
import { useMore } from '../../components/use-more.ts';
import { type DriftGrid, FULL_STRENGTH } from './drift-grid.ts';
import { mapFinding, testLabel, thinSentence, verdictText } from './drift-sentences.ts';
import { monitoringMessages } from './messages.ts';

/** A chosen cell; `period` is undefined for the whole of the current data. */
export interface DriftSelection {
  readonly column: string;
  readonly period: number | undefined;
}

/** So many columns are drawn, worst first; the table behind the chart has all. */
const STEP = 50;

interface DriftMapProps {
  readonly report: DriftReport;
  readonly grid: DriftGrid;
  readonly tests: readonly DriftTestInfo[];
  readonly selection: DriftSelection | undefined;
  readonly onSelect: (selection: DriftSelection) => void;
}

/** Columns by time, worst first; choosing a cell shows why. */
export function DriftMap({ report, grid, tests, selection, onSelect }: DriftMapProps) {
  const isWhole = report.chunks.length === 0;
  const thin = thinSentence(report, grid);
  const { shown, rest, showMore } = useMore(grid.rows, STEP, STEP);
  const cells = shown.map((row) =>
    row.cells.map((cell, period) => ({
      strength: cell.strength,
      isAlarm: cell.verdict?.isDrifted === true && !cell.isThin,
      isThin: cell.isThin,
      hover: [
        `${row.column}, ${grid.periods[period] ?? ''}`,
        ...(cell.isThin ? [monitoringMessages.verdictThin] : []),
        cell.verdict === null ? monitoringMessages.noAnswer : verdictText(cell.verdict, tests),
      ].join('\n'),
    })),
  );
  const select = (row: number, period: number) => {
    const column = grid.rows[row]?.column;
    if (column !== undefined) onSelect({ column, period: isWhole ? undefined : period });
  };
  return (
    <>
      <Chart
        title={mapFinding(grid)}
        subtitle={[
          isWhole ? monitoringMessages.mapSubtitleWhole : monitoringMessages.mapSubtitle,
          ...(thin === undefined ? [] : [thin]),
        ].join(' ')}
        height={heatMapHeight(shown.length)}
        table={{
          columns: [
            monitoringMessages.tableColumn,
            monitoringMessages.tablePeriod,
            monitoringMessages.tableTest,
            monitoringMessages.tableStatistic,
            monitoringMessages.tablePValue,
            monitoringMessages.tableThreshold,
            monitoringMessages.tableVerdict,
          ],
          rows: grid.rows.flatMap((row) =>
            row.cells.map(({ verdict, isThin }, period) => [
              row.column,
              grid.periods[period] ?? '',
              verdict === null ? '' : testLabel(tests, verdict.test),
              verdict?.statistic ?? null,
              verdict?.pValue ?? null,
              verdict?.threshold ?? null,
              verdict === null
                ? ''
                : isThin
                  ? monitoringMessages.tooFewRows
                  : verdict.isDrifted
                    ? monitoringMessages.drifted
                    : monitoringMessages.steady,
            ]),
          ),
        }}
        onClick={({ dataIndex }) => {
          const width = grid.periods.length;
          if (width > 0) select(Math.floor(dataIndex / width), dataIndex % width);
        }}
        option={(palette) =>
          heatMapOption(
            {
              rows: shown.map((row) => row.column),
              periods: grid.periods,
              cells,
              fullStrength: FULL_STRENGTH,
              selected: selection && { row: selection.column, period: selection.period ?? (isWhole ? 0 : -1) },
            },
            palette,
          )
        }
      />
      <MoreButton rest={rest} onMore={showMore} />
    </>
  );
}
