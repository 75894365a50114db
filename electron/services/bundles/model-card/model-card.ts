import type { BundleManifest, GoldenFile } from '../../../../shared/bundle-format.ts';
import type { ColumnProfile } from '../../../../shared/contract/datasets.ts';
import type { EvaluationReport, LabelMetrics } from '../../../../shared/contract/evaluation.ts';
import type { MetricValue, ModelVersion } from '../../../../shared/contract/models.ts';
import type { SchemaDocument } from '../../../../shared/contract/validation.ts';
import { metricLabel } from '../../../../shared/metric-names.ts';
import { exampleRecord, exampleRequest, takes } from '../bundle-readme.ts';
import { curveCharts, groupChart } from './card-charts.ts';
import { CARD_STYLE } from './card-style.ts';
import { count, figure, Html, html } from './html-text.ts';

export interface CardParts {
  readonly version: ModelVersion;
  readonly manifest: BundleManifest;
  readonly evaluation: EvaluationReport | null;
  readonly profile: readonly ColumnProfile[];
  readonly schema: SchemaDocument | null;
  readonly golden: GoldenFile;
}

/** Metrics that a group is compared by, the first that is there. */
const GROUP_METRICS = ['accuracy', 'truePositiveRate', 'rocAuc', 'selectionRate', 'rmse', 'mae'];
const CARDS = 6;
/** Measures of the whole answer; a constant answer is perfect in one-sided ones such as specificity. */
const OVERALL = new Set([
  'rocAuc',
  'averagePrecision',
  'logLoss',
  'brier',
  'accuracy',
  'balancedAccuracy',
  'f1_macro',
  'rmse',
  'mae',
  'r2',
]);
/** Mean distance of predicted from observed shares past which probabilities are not to be taken at their word. */
const BAD_CALIBRATION = 0.05;
const SOFTWARE_LIMIT =
  'The figures hold for data like those the model was tested on; compare new data with drift-reference.json before trusting them.';

const predicts = ({ target }: ModelVersion): string =>
  target === null
    ? 'how unusual a row is'
    : target.over === null
      ? target.column
      : `whether ${target.column} is over ${target.over}`;

const interval = ({ lower, upper }: MetricValue): string =>
  lower === null || upper === null ? '' : `95 % interval ${figure(lower)} to ${figure(upper)}`;

function metricCards({ version, evaluation }: CardParts): Html {
  const metrics = evaluation?.metrics ?? version.metrics;
  const baselines = evaluation?.baselines ?? version.baselines;
  const besides = (name: string) =>
    baselines.flatMap((baseline) => {
      const found = baseline.metrics.find((metric) => metric.name === name);
      return found && found.value !== null ? [html`<span>${baseline.name}: ${figure(found.value)}</span>`] : [];
    });
  return html`<div class="cards">${metrics
    .slice(0, CARDS)
    .map(
      (metric) =>
        html`<div class="card"><span>${metricLabel(metric.name)}</span><b>${figure(metric.value)}</b><span>${interval(metric)}</span>${besides(metric.name)}</div>`,
    )}</div>`;
}

function metricTable({ version, evaluation }: CardParts): Html {
  const metrics = evaluation?.metrics ?? version.metrics;
  return html`<div class="scroll"><table><thead><tr><th>Measure</th><th class="n">Value</th><th class="n">Lower</th><th class="n">Upper</th><th>Better</th></tr></thead><tbody>${metrics.map(
    (metric) =>
      html`<tr><td>${metricLabel(metric.name)}</td><td class="n">${figure(metric.value)}</td><td class="n">${figure(metric.lower)}</td><td class="n">${figure(metric.upper)}</td><td>${metric.reason ?? (metric.isHigherBetter ? 'higher' : 'lower')}</td></tr>`,
  )}</tbody></table></div>`;
}

/** Each of several labels by itself, on the rows where it is known; nothing for a model of one answer. */
function labelTable(labels: readonly LabelMetrics[] | null | undefined): Html | '' {
  if (!labels || labels.length === 0) return '';
  const names = labels[0]?.metrics.map(({ name }) => name) ?? [];
  const cell = (metric: MetricValue | undefined): Html =>
    html`<td class="n">${figure(metric?.value ?? null)}${metric === undefined || metric.lower === null ? '' : html` <span class="dim">${figure(metric.lower)} to ${figure(metric.upper)}</span>`}</td>`;
  return html`<h3>Each label by itself</h3><div class="scroll"><table><thead><tr><th>Label</th><th class="n">Rows</th><th class="n">There in</th>${names.map(
    (name) => html`<th class="n">${metricLabel(name)}</th>`,
  )}</tr></thead><tbody>${labels.map(
    ({ label, rows, positives, metrics }) =>
      html`<tr><td>${label}</td><td class="n">${count(rows)}</td><td class="n">${count(positives)}</td>${names.map((name) => cell(metrics.find((metric) => metric.name === name)))}</tr>`,
  )}</tbody></table></div>`;
}

function groups({ version, evaluation }: CardParts): Html {
  if (!evaluation || evaluation.groups.length === 0) {
    return html`<p class="dim">${version.sensitive.length === 0 ? 'No sensitive columns were named, so no groups were compared.' : 'No group figures were computed.'}</p>`;
  }
  const metric = GROUP_METRICS.find((name) =>
    evaluation.groups.some((group) => group.metrics.some((other) => other.name === name && other.value !== null)),
  );
  return html`${evaluation.gaps
    .filter(({ value }) => value !== null)
    .slice(0, 8)
    .map((gap) => html`<p>${gap.sentence}</p>`)}${metric ? groupChart(evaluation.groups.slice(0, 24), metric) : ''}`;
}

function inputTable({ version, profile, schema }: CardParts): Html {
  const byName = new Map(profile.map((column) => [column.name, column]));
  const usual = ({ quantiles, topValues, type }: ColumnProfile): string => {
    if (topValues && topValues.length > 0 && type === 'text')
      return topValues
        .slice(0, 4)
        .map(({ value }) => value ?? 'missing')
        .join(', ');
    return quantiles
      ? `${figure(quantiles['0.05'])} to ${figure(quantiles['0.95'])}, median ${figure(quantiles['0.5'])}`
      : '';
  };
  const rules = (name: string): string =>
    (schema?.rules ?? [])
      .filter(({ column }) => column === name)
      .map(({ kind }) => kind)
      .join(', ');
  return html`<div class="scroll"><table><thead><tr><th>Column</th><th>Type</th><th>Usual values in training</th><th class="n">Missing</th><th>Rules</th></tr></thead><tbody>${version.inputs.map(
    ({ name, type }) => {
      const column = byName.get(name);
      return html`<tr><td>${name}${version.sensitive.includes(name) ? ' (sensitive)' : ''}</td><td>${column?.type ?? type}</td><td>${column ? usual(column) : ''}</td><td class="n">${column && column.rows > 0 ? `${figure((100 * column.missing) / column.rows)} %` : 'n/a'}</td><td>${rules(name)}</td></tr>`;
    },
  )}</tbody></table></div>`;
}

/** Measures in which the model is no better than always giving the most frequent class or the mean. */
function noBetterThanSimple({ version, evaluation }: CardParts): string[] {
  const metrics = evaluation?.metrics ?? version.metrics;
  const simple = (evaluation?.baselines ?? version.baselines).find(({ name }) => name !== 'linear');
  return metrics.flatMap(({ name, value, isHigherBetter }) => {
    if (!OVERALL.has(name)) return [];
    const other = simple?.metrics.find((metric) => metric.name === name)?.value ?? null;
    if (value === null || other === null) return [];
    return (isHigherBetter ? value <= other : value >= other) ? [metricLabel(name)] : [];
  });
}

function limits(parts: CardParts): Html {
  const { version, evaluation } = parts;
  const noBetter = noBetterThanSimple(parts);
  const calibration = evaluation?.metrics.find(({ name }) => /calibration/i.test(name))?.value ?? 0;
  const few = evaluation?.groups.filter(({ isEnough }) => !isEnough).length ?? 0;
  return html`<ul><li>${SOFTWARE_LIMIT}</li>
${noBetter.length > 0 ? html`<li class="warn">No better than a constant answer in ${noBetter.join(', ')}.</li>` : ''}
${calibration > BAD_CALIBRATION ? html`<li class="warn">Its probabilities are off by ${figure(100 * calibration)} points on average: use them to rank, not as chances.</li>` : ''}
<li>It predicts ${predicts(version)} and nothing else; a person should decide where an error is costly.</li>
<li>Missing values and unknown categories are answered, but such rows were rarer in training than complete ones.</li>
${few > 0 ? html`<li>${few} groups have too few rows to judge.</li>` : ''}
${version.sensitive.length > 0 ? html`<li>Sensitive columns that were looked at: ${version.sensitive.join(', ')}.</li>` : html`<li class="warn">Nobody named sensitive columns: fairness was not looked at.</li>`}</ul>`;
}

function lineage({ version: { lineage: from, hash, algorithm } }: CardParts): Html {
  const facts: readonly (readonly [string, string])[] = [
    ['Dataset', `${from.dataset}, version ${from.datasetVersion} (SHA-256 ${from.datasetHash})`],
    ['Split', from.split],
    ['Algorithm', algorithm],
    ['Seed', String(from.seed)],
    ['Parameters', JSON.stringify(from.params)],
    ['Model file', `SHA-256 ${hash}`],
    [
      'Made with',
      `Drydock ${from.codeVersion}, ONNX Runtime ${from.environment.onnxRuntime} on ${from.environment.provider}, Node ${from.environment.node}, ${from.environment.platform}`,
    ],
  ];
  return html`<table><tbody>${facts.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
}

/** model-card.html: one page that needs no other file and no network. It shows no time but that of the training. */
export function modelCard(parts: CardParts): string {
  const { version, manifest, evaluation, golden } = parts;
  const first = golden.requests[0];
  const charts = evaluation ? curveCharts(evaluation) : [];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${version.name}, version ${version.version}: model card</title><style>${new Html(CARD_STYLE)}</style></head>
<body><main><header><h1>${version.name}</h1>
<p>Version ${version.version}. Predicts ${predicts(version)} (${version.task}) from ${takes(manifest)}.</p>
<p class="dim">Trained ${version.createdAt.slice(0, 10)} with ${version.algorithm} on ${parts.version.lineage.dataset}, version ${version.lineage.datasetVersion}${version.classes ? `. Classes: ${version.classes.join(', ')}` : ''}.</p></header>
<section><h2>How good it is</h2><p class="dim">${evaluation ? `On ${count(evaluation.rows)} ${evaluation.part === 'test' ? 'held-out rows' : `rows of ${evaluation.dataset}`} that training did not see.` : 'On held-out rows that training did not see.'}</p>
${metricCards(parts)}${charts.length > 0 ? html`<h3>Curves</h3><div class="charts">${charts}</div>` : ''}${labelTable(evaluation?.labels)}<h3>All measures</h3>${metricTable(parts)}</section>
<section><h2>Groups</h2>${groups(parts)}</section>
<section><h2>What it takes</h2>${inputTable(parts)}</section>
<section><h2>Limits</h2>${limits(parts)}</section>
<section><h2>How to call it</h2><p>Start the server with <code>npm start</code>, or offline with <code>node server.mjs</code>. Then:</p>
<pre>${exampleRequest(manifest, first)}</pre><pre>${exampleRecord(first)}</pre>
<p class="dim">golden.json holds ${golden.requests.length} requests with the answers they must get; <code>node verify.mjs</code> compares them.</p></section>
<section><h2>Where it comes from</h2>${lineage(parts)}</section></main></body></html>
`.text;
}
