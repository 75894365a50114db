import { notYetAvailable, os } from './implementer.ts';

const later = () => notYetAvailable('Reading datasets');

export const datasetsApi = () => ({
  list: os.datasets.list.handler(later),
  get: os.datasets.get.handler(later),
  versions: os.datasets.versions.handler(later),
  profile: os.datasets.profile.handler(later),
  rows: os.datasets.rows.handler(later),
  quarantine: os.datasets.quarantine.handler(later),
  setRole: os.datasets.setRole.handler(later),
  preview: os.datasets.preview.handler(later),
  import: os.datasets.import.handler(later),
  exportRows: os.datasets.exportRows.handler(later),
});
