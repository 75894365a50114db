import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const validationApi = ({ validation }: Pick<Services, 'validation'>) => ({
  ruleKinds: os.validation.ruleKinds.handler(() => validation.ruleKinds()),
  infer: os.validation.infer.handler(({ input }) => validation.infer(input.dataset)),
  schema: os.validation.schema.handler(({ input }) => validation.schema(input.dataset)),
  schemaVersions: os.validation.schemaVersions.handler(({ input }) => validation.schemaVersions(input.dataset)),
  setSchema: os.validation.setSchema.handler(({ input }) =>
    validation.setSchema(input.dataset, input.document, input.note),
  ),
  validate: os.validation.validate.handler(({ input }) => validation.validate(input)),
  reports: os.validation.reports.handler(({ input }) => validation.reports(input.dataset)),
});
