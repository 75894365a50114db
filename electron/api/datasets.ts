import { notYet, procedures } from './procedures.ts';

export const datasetsCalls = () =>
  procedures.datasets.router({
    list: procedures.datasets.list.handler(notYet('datasets')),
    get: procedures.datasets.get.handler(notYet('datasets')),
    versions: procedures.datasets.versions.handler(notYet('datasets')),
    profile: procedures.datasets.profile.handler(notYet('datasets')),
    rows: procedures.datasets.rows.handler(notYet('datasets')),
    quarantine: procedures.datasets.quarantine.handler(notYet('datasets')),
    setRole: procedures.datasets.setRole.handler(notYet('datasets')),
    preview: procedures.datasets.preview.handler(notYet('datasets')),
    import: procedures.datasets.import.handler(notYet('datasets')),
    exportRows: procedures.datasets.exportRows.handler(notYet('datasets')),
  });
