import type { Services } from '../services/services.ts';
import { procedures } from './procedures.ts';

export const modelsCalls = ({ models }: Services) =>
  procedures.models.router({
    list: procedures.models.list.handler(() => models.list()),
    get: procedures.models.get.handler(({ input }) => models.get(input.model)),
    promote: procedures.models.promote.handler(({ input }) => models.promote(input.model, input.alias)),
    rollback: procedures.models.rollback.handler(({ input }) => models.rollback(input.alias, input.model)),
    audit: procedures.models.audit.handler(({ input }) => models.audit(input.limit, input.subject)),
  });
