import { Anchor } from '@mantine/core';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { fullText, pointText, shortText } from '../../lib/cell-text.ts';
import { formatCount, formatShare } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import type { ProfileRow } from './overview-columns.ts';
import classes from './profile.module.css';
import { RoleSelect } from './RoleSelect.tsx';
import { Sparkline } from './Sparkline.tsx';
import { TopValuesBar } from './TopValuesBar.tsx';

interface OverviewRowProps {
  readonly dataset: DatasetVersion;
  readonly row: ProfileRow;
  readonly isCompared: boolean;
  readonly onOpen: (column: string) => void;
}

const m = messages.datasets;

/** What the other version had, in small, where it differs. */
function Before({ now, before }: { readonly now: string; readonly before: string | undefined }) {
  return before !== undefined && before !== now && <span className={classes.delta}>{before}</span>;
}

function shiftText({ reference, shift }: ProfileRow): string {
  if (reference === undefined) return m.compareOnly;
  if (shift === null) return '';
  return shift < 0.005 ? m.compareSame : m.compareShift(formatShare(shift));
}

/** One column of the dataset. */
export function OverviewRow({ dataset, row, isCompared, onOpen }: OverviewRowProps) {
  const { profile, reference } = row;
  const { name, type } = profile;
  const column = dataset.columns.find((one) => one.name === name);
  const share = profile.rows === 0 ? 0 : profile.missing / profile.rows;
  const referenceShare = reference && reference.rows > 0 ? formatShare(reference.missing / reference.rows) : undefined;
  const median = (of: typeof profile) => {
    const value = of.quantiles?.['0.5'];
    return value === undefined ? '' : pointText(value, of.type);
  };
  const hint = [
    column && m.storedAs(column.storageType),
    column?.originalName !== undefined && m.renamedFrom(column.originalName),
  ]
    .filter(Boolean)
    .join('; ');
  return (
    <tr>
      <td className={`${classes.name} clip`}>
        <Anchor
          component="button"
          type="button"
          size="sm"
          fw={600}
          className="clip"
          maw="100%"
          title={name}
          aria-label={m.details(name)}
          onClick={() => onOpen(name)}
        >
          {name}
        </Anchor>
      </td>
      <td title={hint}>{m.types[type]}</td>
      <td>
        <RoleSelect dataset={dataset} column={name} role={column?.role ?? profile.role} />
      </td>
      <td className={classes.figure} title={formatCount(profile.missing)}>
        <div className={classes.meter}>
          {formatShare(share)}
          <span className={`filled ${classes.meterTrack}`} aria-hidden>
            <span className={classes.meterFill} style={{ width: `${String(share * 100)}%` }} />
          </span>
        </div>
        <Before now={formatShare(share)} before={referenceShare} />
      </td>
      <td className={classes.figure} title={profile.isDistinctExact ? undefined : m.aboutDistinct}>
        {profile.isDistinctExact ? '' : '≈ '}
        {formatCount(profile.distinct)}
        <Before now={formatCount(profile.distinct)} before={reference && formatCount(reference.distinct)} />
      </td>
      <td className={`${classes.figure} ${classes.value} clip`} title={fullText(profile.min)}>
        {shortText(profile.min, type)}
        <Before now={shortText(profile.min, type)} before={reference && shortText(reference.min, type)} />
      </td>
      <td className={classes.figure} title={String(profile.quantiles?.['0.5'] ?? '')}>
        {median(profile)}
        <Before now={median(profile)} before={reference && median(reference)} />
      </td>
      <td className={`${classes.figure} ${classes.value} clip`} title={fullText(profile.max)}>
        {shortText(profile.max, type)}
        <Before now={shortText(profile.max, type)} before={reference && shortText(reference.max, type)} />
      </td>
      <td>
        {profile.histogram !== null && profile.histogram.counts.length > 0 ? (
          <Sparkline column={name} type={type} histogram={profile.histogram} reference={reference?.histogram ?? null} />
        ) : (
          profile.topValues !== null &&
          profile.topValues.length > 0 && <TopValuesBar profile={profile} topValues={profile.topValues} />
        )}
      </td>
      {isCompared && (
        <td className={classes.figure} title={m.compareShiftHint}>
          {shiftText(row)}
        </td>
      )}
    </tr>
  );
}
