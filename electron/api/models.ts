import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const modelsApi = ({ models, modelImports }: Pick<Services, 'models' | 'modelImports'>) => ({
  import: os.models.import.handler(({ input }) => modelImports.import(input)),
  list: os.models.list.handler(() => models.list()),
  get: os.models.get.handler(({ input }) => models.get(input.model)),
  inspect: os.models.inspect.handler(({ input }) => models.inspect(input.model)),
  tree: os.models.tree.handler(({ input }) => models.tree(input.model, input.tree)),
  promote: os.models.promote.handler(({ input }) => models.promote(input.model, input.alias)),
  rollback: os.models.rollback.handler(({ input }) => models.rollback(input.alias, input.model)),
  audit: os.models.audit.handler(({ input }) => models.audit(input.limit, input.subject)),
});
