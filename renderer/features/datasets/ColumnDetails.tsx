import { Drawer, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import { Chart } from '../../components/Chart.tsx';
import { histogramOption } from '../../components/charts/histogram-option.ts';
import { fullText, pointText, shortText } from '../../lib/cell-text.ts';
import { formatCount, formatNumber, formatShare } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { topValuesOption } from './top-values-option.ts';

interface ColumnDetailsProps {
  readonly profile: ColumnProfile;
  readonly onClose: () => void;
}

const m = messages.datasets;

interface FactProps {
  readonly label: string;
  readonly value: string;
  readonly full?: string;
}

function Fact({ label, value, full = value }: FactProps) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" fw={600} className="tabular clip" title={full}>
        {value}
      </Text>
    </div>
  );
}

/** Everything the profile knows of one column. */
export function ColumnDetails({ profile, onClose }: ColumnDetailsProps) {
  const { name, type, histogram, topValues, quantiles } = profile;
  const present = profile.rows - profile.missing;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={name}
      closeButtonProps={{ 'aria-label': m.close }}
    >
      <Stack gap="md">
        <SimpleGrid cols={3} spacing="sm">
          <Fact label={m.columnType} value={m.types[type]} />
          <Fact
            label={m.columnMissing}
            value={formatShare(profile.rows === 0 ? 0 : profile.missing / profile.rows)}
            full={formatCount(profile.missing)}
          />
          <Fact
            label={m.columnDistinct}
            value={`${profile.isDistinctExact ? '' : '≈ '}${formatCount(profile.distinct)}`}
          />
          <Fact label={m.columnMin} value={shortText(profile.min, type)} full={fullText(profile.min)} />
          <Fact label={m.columnMax} value={shortText(profile.max, type)} full={fullText(profile.max)} />
          {profile.mean !== null && (
            <Fact label={m.detailMean} value={formatNumber(profile.mean)} full={String(profile.mean)} />
          )}
          {profile.standardDeviation !== null && (
            <Fact
              label={m.detailDeviation}
              value={formatNumber(profile.standardDeviation)}
              full={String(profile.standardDeviation)}
            />
          )}
          {Object.entries(quantiles ?? {})
            .toSorted(([a], [b]) => Number(a) - Number(b))
            .map(([probability, value]) => (
              <Fact
                key={probability}
                label={
                  probability === '0.5' ? m.columnMedian : m.detailQuantile(formatNumber(Number(probability) * 100))
                }
                value={pointText(value, type)}
                full={String(value)}
              />
            ))}
        </SimpleGrid>
        {histogram !== null && histogram.counts.length > 0 && (
          <Chart
            title={m.detailHistogram(name)}
            subtitle={m.detailHistogramSubtitle(formatCount(histogram.counts.length), formatCount(present))}
            option={(palette) => histogramOption(histogram, name, palette, (value) => pointText(value, type))}
            table={{
              columns: [m.detailFrom, m.detailTo, m.factRows],
              rows: histogram.counts.map((count, bin) => [
                pointText(histogram.edges[bin] ?? 0, type),
                pointText(histogram.edges[bin + 1] ?? 0, type),
                count,
              ]),
            }}
          />
        )}
        {topValues !== null && topValues.length > 0 && (
          <Chart
            title={m.detailTop(name)}
            subtitle={m.detailTopSubtitle(formatCount(present))}
            height={60 + topValues.length * 26}
            option={(palette) => topValuesOption(topValues, palette)}
            table={{
              columns: [m.detailValue, m.factRows],
              rows: topValues.map(({ value, count }) => [fullText(value), count]),
            }}
          />
        )}
      </Stack>
    </Drawer>
  );
}
