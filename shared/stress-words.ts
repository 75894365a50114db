import type { StressCase } from './contract/stress.ts';

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** What a case of stress does to a column's cells. */
export function stressWords({ stressor, level }: Pick<StressCase, 'stressor' | 'level'>): string {
  switch (stressor) {
    case 'missing':
      return `${percent(level)} missing`;
    case 'noise':
      return `noise of ${level} standard deviation${level === 1 ? '' : 's'}`;
    case 'shuffled':
      return 'shuffled';
    case 'unknownWord':
      return `${percent(level)} unknown words`;
    case 'unit':
      return `another unit (times ${level})`;
  }
}
