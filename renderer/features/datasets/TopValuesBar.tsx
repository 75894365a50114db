import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import { fullText } from '../../lib/cell-text.ts';
import { formatCount, formatShare } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import classes from './profile.module.css';

interface TopValuesBarProps {
  readonly profile: ColumnProfile;
  readonly topValues: NonNullable<ColumnProfile['topValues']>;
}

const m = messages.datasets;
const NAMED = 3;

/** The most frequent values as parts of one bar, the first few named below. */
export function TopValuesBar({ profile, topValues }: TopValuesBarProps) {
  const present = profile.rows - profile.missing;
  const shown = topValues.slice(0, 8);
  const others = present - shown.reduce((sum, { count }) => sum + count, 0);
  const name = (value: string): string => (value === '' ? m.empty : value);
  return (
    <div className={classes.top}>
      <div className={`filled ${classes.parts}`} role="img" aria-label={m.topOf(profile.name)}>
        {shown.map(({ value, count }, rank) => (
          <span
            key={fullText(value)}
            className={classes.part}
            style={{ flexGrow: count, opacity: 1 - rank * 0.1 }}
            title={m.topHint(name(fullText(value)), formatCount(count), formatShare(count / present))}
          />
        ))}
        {others > 0 && (
          <span
            className={classes.others}
            style={{ flexGrow: others }}
            title={m.topOther(formatCount(Math.max(1, profile.distinct - shown.length)), formatShare(others / present))}
          />
        )}
      </div>
      <div className={classes.names}>
        {shown
          .slice(0, NAMED)
          .map(({ value, count }) => `${name(fullText(value))} ${formatShare(count / present)}`)
          .join(' · ')}
      </div>
    </div>
  );
}
