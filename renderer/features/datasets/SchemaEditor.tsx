import { Accordion, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { Rule, RuleKindInfo, SchemaDocument, SchemaVersion } from '../../../shared/contract/validation.ts';
import { versionReference } from '../../../shared/ids.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { JobPanel } from '../../components/JobPanel.tsx';
import { queries } from '../../lib/api.ts';
import { messages } from '../../lib/messages/messages.ts';
import { useStartedJob } from '../../lib/use-started-job.ts';
import { RuleForm } from './RuleForm.tsx';
import { RulesTable } from './RulesTable.tsx';
import { SchemaColumns } from './SchemaColumns.tsx';
import { SchemaToolbar } from './SchemaToolbar.tsx';
import { SchemaVersions } from './SchemaVersions.tsx';
import { schemaDifference } from './schema-difference.ts';
import { setDraft } from './schema-drafts.ts';
import { ValidationHistory } from './ValidationHistory.tsx';
import { ValidationSummary } from './ValidationSummary.tsx';

interface SchemaEditorProps {
  readonly dataset: DatasetVersion;
  readonly saved: SchemaVersion | null;
  /** What is shown: the unsaved changes where there are some. */
  readonly document: SchemaDocument;
  readonly kinds: readonly RuleKindInfo[];
  readonly inferButton: ReactNode;
}

const m = messages.datasets;
const nothing: SchemaDocument = { formatVersion: 1, columns: [], rules: [] };

/** The rules with their failures, the columns they speak of, the versions; and the validation that judges by them. */
export function SchemaEditor({ dataset, saved, document, kinds, inferButton }: SchemaEditorProps) {
  const reference = versionReference(dataset);
  const reports = useQuery(queries.validation.reports.queryOptions({ input: { dataset: reference } }));
  const validation = useStartedJob(queries.validation.validate);
  const [edited, setEdited] = useState<Rule | 'new' | null>(null);
  const changes = schemaDifference(saved?.document ?? nothing, document);
  const change = (next: SchemaDocument) => setDraft(dataset.name, next);
  const latest = reports.data?.[0];
  const saveRule = (rule: Rule) => {
    const isNew = !document.rules.some((one) => edited !== 'new' && one.id === edited?.id);
    const rules = isNew
      ? [...document.rules, rule]
      : document.rules.map((one) => (edited !== 'new' && one.id === edited?.id ? rule : one));
    change({ ...document, rules });
    setEdited(null);
  };
  return (
    <Stack gap="sm">
      <SchemaToolbar
        dataset={dataset}
        saved={saved}
        document={document}
        changes={changes}
        inferButton={inferButton}
        isValidating={validation.isStarting || validation.isRunning}
        onValidate={(environment) =>
          validation.start({
            dataset: reference,
            environment,
            ...(changes.length > 0 ? { document } : {}),
          })
        }
      />
      <JobPanel run={validation} />
      {reports.error && <ErrorPanel error={reports.error} onRetry={() => reports.refetch()} />}
      {latest && <ValidationSummary report={latest} />}
      <RulesTable
        dataset={dataset}
        rules={document.rules}
        kinds={kinds}
        report={latest}
        onEdit={setEdited}
        onSeverity={(id, severity) =>
          change({ ...document, rules: document.rules.map((rule) => (rule.id === id ? { ...rule, severity } : rule)) })
        }
        onRemove={(id) => change({ ...document, rules: document.rules.filter((rule) => rule.id !== id) })}
      />
      {reports.data && reports.data.length > 1 && <ValidationHistory reports={reports.data} />}
      <Accordion multiple variant="separated" keepMounted={false}>
        <Accordion.Item value="columns">
          <Accordion.Control>{m.columnsTitle}</Accordion.Control>
          <Accordion.Panel>
            <SchemaColumns document={document} onChange={change} />
          </Accordion.Panel>
        </Accordion.Item>
        {saved !== null && (
          <Accordion.Item value="versions">
            <Accordion.Control>{m.schemaHistory}</Accordion.Control>
            <Accordion.Panel>
              <SchemaVersions dataset={reference} document={document} />
            </Accordion.Panel>
          </Accordion.Item>
        )}
      </Accordion>
      {edited !== null && (
        <RuleForm
          rule={edited === 'new' ? undefined : edited}
          kinds={kinds}
          columns={document.columns}
          taken={document.rules.map((rule) => rule.id)}
          onSave={saveRule}
          onClose={() => setEdited(null)}
        />
      )}
    </Stack>
  );
}
