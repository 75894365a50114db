import type { ImportFormat } from '../../../../shared/contract/datasets.ts';
import { csvImporter } from './csv/csv-importer.ts';
import type { Importer } from './importer.ts';
import { jsonImporter } from './json/json-importer.ts';
import { parquetImporter } from './parquet/parquet-importer.ts';

/** Every format that can be imported. The first whose `matches` says so reads a file; delimited text comes last, it takes any text. */
export const IMPORTERS: readonly Importer[] = [parquetImporter, jsonImporter, csvImporter];

export function importerOf(format: ImportFormat): Importer {
  return IMPORTERS.find((importer) => importer.format === format) ?? csvImporter;
}
