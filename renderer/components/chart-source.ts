import { createContext, useContext } from 'react';

/** Where the figures of the charts inside come from: data, version, rows; said at the foot of every hover. */
export const ChartSource = createContext<string | undefined>(undefined);

/** The style of a hover that ends with the source of its figures; a string of CSS cannot hold what could end it. */
export function useHoverStyle(): string {
  const source = useContext(ChartSource);
  return source === undefined ? '' : `--chart-source: "${source.replace(/["\\\n\r\f]/g, ' ')}"`;
}
