import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const bundlesApi = ({ bundles }: Pick<Services, 'bundles'>) => ({
  targets: os.bundles.targets.handler(() => bundles.targets()),
  list: os.bundles.list.handler(() => bundles.list()),
  export: os.bundles.export.handler(({ input }) => bundles.export(input)),
  verify: os.bundles.verify.handler(({ input }) => bundles.verify(input)),
  endpoints: os.bundles.endpoints.handler(() => bundles.endpoints()),
  serve: os.bundles.serve.handler(({ input }) => bundles.serve(input)),
  stop: os.bundles.stop.handler(({ input }) => bundles.stop(input.id)),
});
