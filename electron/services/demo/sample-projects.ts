import type { TargetSpec } from '../../../shared/contract/models.ts';
import type { Split } from '../../../shared/contract/training.ts';

/** One file of a sample project and the name its dataset gets. */
export interface SampleFile {
  readonly file: string;
  readonly dataset: string;
}

/** A sample project: what the main job does with files of resources/sample. Facts about them: resources/sample/README.md. */
export interface SampleProject {
  readonly name: 'flights' | 'census';
  readonly title: string;
  readonly training: SampleFile;
  readonly target: TargetSpec;
  readonly split: Split;
  readonly sensitive: readonly string[];
  readonly exclude: readonly string[];
  /** The delivery that is compared with the training data. */
  readonly delivery: SampleFile;
  /** Labels that come after the delivery. */
  readonly labels: (SampleFile & { readonly key: string }) | null;
  readonly chunk: 'month' | null;
  readonly time: string | null;
}

export const SAMPLE_PROJECTS: readonly SampleProject[] = [
  {
    name: 'flights',
    title: 'Flights out of New York, 2013: will this flight be over 15 minutes late?',
    training: { file: 'flights-nyc-2013-01-to-06.parquet', dataset: 'flights' },
    target: { column: 'arr_delay', over: 15 },
    // Train on January to May, look at June.
    split: { kind: 'time', column: 'time_hour', test: 0.2, testFrom: '2013-06-01T00:00:00Z', validation: 0.1 },
    sensitive: [],
    // The day of the month tells one storm from another in spring, and nothing in June.
    exclude: ['day'],
    delivery: { file: 'flights-nyc-2013-07-to-10.parquet', dataset: 'flights-summer' },
    labels: { file: 'flights-nyc-2013-07-to-10-labels.parquet', dataset: 'flights-summer-labels', key: 'flight_id' },
    chunk: 'month',
    time: 'time_hour',
  },
  {
    name: 'census',
    title: 'Census of Massachusetts, 2015: is this person employed, and is the model fair?',
    training: { file: 'census-ma-2015.parquet', dataset: 'census' },
    target: { column: 'employed', over: null },
    split: { kind: 'fraction', test: 0.2, validation: 0.1 },
    sensitive: ['SEX', 'RAC1P'],
    exclude: ['id', 'year'],
    delivery: { file: 'census-ma-2016.parquet', dataset: 'census-2016' },
    labels: null,
    chunk: null,
    time: null,
  },
];
