import { Paper } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { ECElementEvent, EChartsOption } from 'echarts';
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { PlainTable } from '../lib/delimited-text.ts';
import { ChartCanvas, type RangeListener } from './ChartCanvas.tsx';
import { ChartHead } from './ChartHead.tsx';
import type { SavedChart } from './ChartMenu.tsx';
import { ChartTable } from './ChartTable.tsx';
import { chartAsPng, chartAsSvg } from './chart-pictures.ts';
import { type ChartMarker, withMarker } from './charts/chart-marker.ts';
import type { ChartPalette } from './charts/palette.ts';
import { useChartPalette } from './use-chart-palette.ts';

interface ChartProps {
  /** The finding, in a sentence. */
  readonly title: string;
  /** What is measured. */
  readonly subtitle: string;
  readonly height?: number;
  /** Drawn again whenever this function is another one: callers whose data stay keep it (`useCallback`). */
  readonly option: (palette: ChartPalette) => EChartsOption;
  /** A diamond on the plane that moves without the chart being drawn again. */
  readonly marker?: ChartMarker | undefined;
  /** The figures behind the picture; as a function where they are many and change often: asked for when they are looked at. */
  readonly table: PlainTable | (() => PlainTable);
  readonly onClick?: (event: ECElementEvent) => void;
  /** Of axes on which a stretch can be chosen. */
  readonly onRange?: RangeListener;
  /** Drawn several times a second. */
  readonly isLive?: boolean;
}

const NARROWEST_PICTURE = 480;

const figuresOf = (table: ChartProps['table']): PlainTable => (typeof table === 'function' ? table() : table);

/** A chart that says its finding, has its table behind it, and can be copied and saved. */
export function Chart({ title, subtitle, height = 260, option, marker, table, onClick, onRange, isLive }: ChartProps) {
  const palette = useChartPalette();
  const [isTable, setTable] = useState(false);
  const { ref, width } = useElementSize();
  const titleId = useId();
  const drawing = useMemo(() => option(palette), [option, palette]);
  const shown = { option: drawing, marker, title, subtitle, width, height, palette, table };
  // What is saved is what is shown at that moment; the head need not be drawn again for it.
  const latest = useRef(shown);
  useEffect(() => {
    latest.current = shown;
  });
  const picture = useCallback(() => {
    const { marker: at, width: seen, ...rest } = latest.current;
    return {
      ...rest,
      option: withMarker(rest.option, at, rest.palette),
      width: Math.max(NARROWEST_PICTURE, Math.round(seen)),
    };
  }, []);
  const saved = useMemo<SavedChart>(
    () => ({
      title: () => latest.current.title,
      figures: () => figuresOf(latest.current.table),
      png: () => chartAsPng(picture()),
      svg: () => chartAsSvg(picture()),
    }),
    [picture],
  );
  return (
    <Paper withBorder p="sm" component="figure" m={0} aria-labelledby={titleId} miw={0}>
      <ChartHead
        titleId={titleId}
        title={title}
        subtitle={subtitle}
        saved={saved}
        isTable={isTable}
        onTable={setTable}
      />
      <div ref={ref}>
        {isTable ? (
          <ChartTable table={figuresOf(table)} label={title} height={height} />
        ) : (
          <ChartCanvas
            label={`${title}. ${subtitle}`}
            height={height}
            option={drawing}
            marker={marker}
            onClick={onClick}
            onRange={onRange}
            isLive={isLive}
          />
        )}
      </div>
    </Paper>
  );
}
