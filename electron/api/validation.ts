import type { Services } from '../services/services.ts';
import { procedures } from './procedures.ts';

export const validationCalls = ({ validation }: Services) =>
  procedures.validation.router({
    ruleKinds: procedures.validation.ruleKinds.handler(() => validation.ruleKinds()),
    infer: procedures.validation.infer.handler(({ input }) => validation.infer(input.dataset)),
    schema: procedures.validation.schema.handler(({ input }) => validation.schema(input.dataset)),
    schemaVersions: procedures.validation.schemaVersions.handler(({ input }) =>
      validation.schemaVersions(input.dataset),
    ),
    setSchema: procedures.validation.setSchema.handler(({ input }) =>
      validation.setSchema(input.dataset, input.document, input.note),
    ),
    validate: procedures.validation.validate.handler(({ input }) => validation.validate(input)),
    reports: procedures.validation.reports.handler(({ input }) => validation.reports(input.dataset)),
  });
