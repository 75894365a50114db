import type { ComponentProps } from 'react';
import type { Chart } from '../../components/Chart.tsx';

/** What a chart of true against answered classes does when a cell is clicked; nothing where nobody listens. */
export function cellClick(
  labels: readonly string[],
  onCell: ((truth: string, answer: string) => void) | undefined,
): Pick<ComponentProps<typeof Chart>, 'onClick'> {
  if (onCell === undefined) return {};
  return {
    onClick: ({ value }) => {
      const [predicted, truth] = Array.isArray(value) ? value.map(Number) : [];
      const [is, called] = [labels[truth ?? -1], labels[predicted ?? -1]];
      if (is !== undefined && called !== undefined) onCell(is, called);
    },
  };
}
