import { notYet, procedures } from './procedures.ts';

export const bundlesCalls = () =>
  procedures.bundles.router({
    targets: procedures.bundles.targets.handler(notYet('bundles')),
    list: procedures.bundles.list.handler(notYet('bundles')),
    export: procedures.bundles.export.handler(notYet('bundles')),
    verify: procedures.bundles.verify.handler(notYet('bundles')),
    endpoints: procedures.bundles.endpoints.handler(notYet('bundles')),
    serve: procedures.bundles.serve.handler(notYet('bundles')),
    stop: procedures.bundles.stop.handler(notYet('bundles')),
  });
