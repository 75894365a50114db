import { useComputedColorScheme, useMantineTheme } from '@mantine/core';
import { useMemo } from 'react';
import type { ChartPalette } from './charts/palette.ts';

/** Okabe and Ito's colours in an order that keeps neighbours apart, darkened or lightened for the surface. */
const SERIES = {
  light: ['#0f76b0', '#c26a00', '#00795a', '#a4487c', '#5c5c9c', '#8a6d00', '#3d3d3d'],
  dark: ['#56b4e9', '#e69f00', '#2bc79a', '#dd8fb9', '#a3a3e0', '#f0e442', '#c9c9c9'],
} as const;

/** The colours of charts under the theme in force. */
export function useChartPalette(): ChartPalette {
  const { colors, white } = useMantineTheme();
  const scheme = useComputedColorScheme('light');
  return useMemo(() => {
    const pick = (name: string, shade: number, otherwise: string): string => colors[name]?.[shade] ?? otherwise;
    return scheme === 'dark'
      ? {
          reference: pick('dark', 2, '#98a2af'),
          current: SERIES.dark[0],
          alarm: pick('alarm', 4, '#f9675a'),
          text: pick('dark', 0, '#dbe0e7'),
          dimmed: pick('dark', 1, '#b9c1cc'),
          grid: pick('dark', 5, '#333b46'),
          surface: pick('dark', 8, '#151a21'),
          series: SERIES.dark,
        }
      : {
          reference: pick('gray', 5, '#8b95a3'),
          current: SERIES.light[0],
          alarm: pick('alarm', 6, '#cf2a1d'),
          text: pick('gray', 9, '#20262e'),
          dimmed: pick('gray', 6, '#5c6674'),
          grid: pick('gray', 2, '#e3e6eb'),
          surface: white,
          series: SERIES.light,
        };
  }, [colors, white, scheme]);
}
