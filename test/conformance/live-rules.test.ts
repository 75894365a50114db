import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningServer } from '../helpers/running-server.ts';

const rule = (kind: string, column: string, params: unknown, severity = 'error', environments: string[] = []) => ({
  id: `${kind}(${column})`,
  kind,
  column,
  params,
  severity,
  environments,
});
const schema = {
  formatVersion: 1,
  columns: [],
  rules: [
    rule('range', 'age', { minimum: 0, maximum: 120 }),
    rule('range', 'income', { maximum: 0.1 }, 'warning'),
    rule('set', 'city', { values: ['Oslo', 'Bergen'] }, 'warning'),
    rule('presence', 'job', {}),
    rule('length', 'job', { maximum: 1 }, 'error', ['training']),
    rule('rowCount', 'age', { minimum: 100 }),
  ],
};

const rows = (age: (number | null)[], income: number[], city: string[], job: string[]) => ({
  inputs: [
    { name: 'age', datatype: 'FP32', shape: [age.length, 1], data: age },
    { name: 'income', datatype: 'FP32', shape: [age.length, 1], data: income },
    { name: 'city', datatype: 'BYTES', shape: [age.length, 1], data: city },
    { name: 'job', datatype: 'BYTES', shape: [age.length, 1], data: job },
  ],
});
const good = rows([30, null], [0.1, -1], ['Oslo', 'Bergen'], ['nurse', 'cook']);
const bad = rows([30, 300], [0.1, 0.2], ['Oslo', 'Rome'], ['nurse', '']);

let annotating: RunningServer;
let enforcing: RunningServer;
let silent: RunningServer;
beforeAll(async () => {
  [annotating, enforcing, silent] = await Promise.all([
    RunningServer.start('tabular', [], { 'schema.json': schema }),
    RunningServer.start('tabular', ['--rules', 'enforce'], { 'schema.json': schema }),
    RunningServer.start('tabular', ['--rules', 'off'], { 'schema.json': schema }),
  ]);
});
afterAll(() => Promise.all([annotating?.close(), enforcing?.close(), silent?.close()]));

describe('rules of the data on live requests', () => {
  it('say nothing of rows that hold; a decimal is not rounded over its bound by the tensor', async () => {
    for (const server of [annotating, enforcing]) {
      const { status, body, headers } = await server.infer(good);
      expect(status).toBe(200);
      expect(body).not.toHaveProperty('parameters');
      expect(headers.get('x-rule-failures')).toBeNull();
    }
  });

  it('leave the answer as it is and name row, column, value and rule beside it', async () => {
    const { status, body, headers } = await annotating.infer(bad);
    expect(status).toBe(200);
    expect(headers.get('x-rule-failures')).toBe('4');
    expect(body['parameters']).toEqual({
      rule_failures: 4,
      rule_failure_1: 'row 2, column "age", value 300: age is between 0 and 120 (rule range(age))',
      rule_failure_2: 'row 2, column "income", value 0.2: income is at most 0.1 (rule range(income))',
      rule_failure_3: expect.stringMatching(/^row 2, column "city", value "Rome": .*\(rule set\(city\)\)$/),
      rule_failure_4: expect.stringMatching(/^row 2, column "job", value missing: .*\(rule presence\(job\)\)$/),
    });
    expect(body['outputs']).toEqual((await silent.infer(bad)).body['outputs']);
  });

  it('refuse with 400 where they are enforced, for errors and not for warnings', async () => {
    const refused = await enforcing.infer(bad);
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.body)).toEqual(['error']);
    expect(refused.body['error']).toMatch(/row 2, column "age", value 300: .* \(rule range\(age\)\)/);
    const warned = await enforcing.infer(rows([30], [0.2], ['Rome'], ['nurse']));
    expect([warned.status, warned.headers.get('x-rule-failures')]).toEqual([200, '2']);
  });

  it('are judged on MLflow requests too, and counted', async () => {
    const body = { dataframe_records: [{ age: 300, income: 0, city: 'Oslo', job: 'cook' }] };
    const answer = await annotating.post('/invocations', body);
    expect([answer.status, answer.headers.get('x-rule-failures')]).toEqual([200, '1']);
    expect((await enforcing.post('/invocations', body)).status).toBe(400);
    const { body: metrics } = await annotating.ask('/metrics');
    expect(String(metrics['text'])).toMatch(/model_rule_failures_total [1-9]/);
  });

  it('are not looked at when that is chosen', async () => {
    const { status, headers } = await silent.infer(bad);
    expect([status, headers.get('x-rule-failures')]).toEqual([200, null]);
  });

  it('tell the first twenty of thousands of failures and count all', async () => {
    const many = 5000;
    const fill = <T>(value: T) => new Array<T>(many).fill(value);
    const { body } = await annotating.infer(rows(fill(300), fill(0), fill('Oslo'), fill('cook')));
    const told = body['parameters'] as Record<string, unknown>;
    expect(told['rule_failures']).toBe(many);
    expect(Object.keys(told)).toHaveLength(21);
  });
});
