import type { TrainingResult } from '../../../shared/contract/training.ts';
import { metricLabel, spelledOut } from '../../../shared/metric-names.ts';
import { Chart } from '../../components/Chart.tsx';
import { intervalDotsHeight, intervalDotsOption } from '../../components/charts/interval-dots-option.ts';
import { formatNumber } from '../../lib/format.ts';
import { trainingMessages as m } from './messages.ts';

interface LeaderboardProps {
  readonly result: TrainingResult;
}

type Entry = TrainingResult['leaderboard'][number];

const nameOf = ({ algorithm, trial }: Entry): string =>
  trial === null ? spelledOut(algorithm) : m.leaderboardTrial(spelledOut(algorithm), trial);

function title(entries: readonly Entry[], metric: string): string {
  const [first] = entries;
  const chosen = entries.find((entry) => entry.isChosen) ?? first;
  if (first === undefined || chosen === undefined) return metric;
  const tied = entries.filter((entry) => entry.isTied && entry !== chosen);
  if (chosen !== first) return m.leaderboardTie(nameOf(chosen), nameOf(first));
  if (tied.length > 0) return m.leaderboardLevel(nameOf(chosen), metric, formatNumber(chosen.value), tied.map(nameOf));
  return m.leaderboardTitle(nameOf(chosen), metric, formatNumber(chosen.value));
}

/** A dot with its interval a candidate, best first, saying which cannot be told apart; nothing when there was only one. */
export function Leaderboard({ result }: LeaderboardProps) {
  const { leaderboard } = result;
  const [first] = leaderboard;
  if (first === undefined || leaderboard.length < 2) return null;
  const metric = metricLabel(first.metric);
  const mark = (entry: Entry): string =>
    entry.isChosen ? ` (${m.leaderboardChosen})` : entry.isTied ? ` (${m.leaderboardTied})` : '';
  const dots = leaderboard.map((entry) => ({
    label: `${nameOf(entry)}${mark(entry)}`,
    value: entry.value,
    lower: entry.lower,
    upper: entry.upper,
    rows: result.validationRows,
    isEnough: true,
  }));
  const hasDifferences = leaderboard.some((entry) => entry.difference !== null);
  return (
    <Chart
      title={title(leaderboard, metric)}
      subtitle={[m.leaderboardSubtitle(metric), ...(hasDifferences ? [m.leaderboardPaired] : [])].join(' ')}
      height={intervalDotsHeight(dots.length) + 20}
      table={{
        columns: [
          m.leaderboardAlgorithm,
          metric,
          m.lower,
          m.upper,
          ...(hasDifferences ? [m.leaderboardDifference, m.leaderboardFrom, m.leaderboardTo] : []),
          m.leaderboardVerdict,
          m.leaderboardSeconds,
        ],
        rows: leaderboard.map((entry) => [
          nameOf(entry),
          entry.value,
          entry.lower,
          entry.upper,
          ...(hasDifferences
            ? [entry.difference?.value ?? null, entry.difference?.lower ?? null, entry.difference?.upper ?? null]
            : []),
          entry.isChosen ? m.leaderboardChosen : entry.isTied ? m.leaderboardTied : '',
          entry.seconds,
        ]),
      }}
      option={(palette) => intervalDotsOption({ dots, xName: metric, overall: undefined }, palette)}
    />
  );
}
