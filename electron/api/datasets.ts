import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const datasetsApi = ({ datasets, datasetRows }: Pick<Services, 'datasets' | 'datasetRows'>) => ({
  list: os.datasets.list.handler(() => datasets.list()),
  get: os.datasets.get.handler(({ input }) => datasets.get(input.dataset)),
  versions: os.datasets.versions.handler(({ input }) => datasets.versions(input.dataset)),
  profile: os.datasets.profile.handler(({ input }) => datasets.profile(input.dataset, input)),
  rows: os.datasets.rows.handler(({ input }) => datasetRows.page(input)),
  images: os.datasets.images.handler(({ input }) => datasetRows.images(input)),
  quarantine: os.datasets.quarantine.handler(({ input }) =>
    datasetRows.quarantine(input.dataset, input.offset, input.limit),
  ),
  setRole: os.datasets.setRole.handler(({ input }) => datasets.setRole(input.dataset, input.column, input.role)),
  preview: os.datasets.preview.handler(({ input }) => datasets.preview(input.source, input.format, input.options)),
  import: os.datasets.import.handler(({ input }) => datasets.import(input)),
  exportRows: os.datasets.exportRows.handler(({ input }) =>
    datasetRows.export(input.dataset, input.filters, input.format),
  ),
});
