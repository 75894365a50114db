import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContractConnection } from '../helpers/contract-client.ts';
import { LONG_MS, PersonSession, SAMPLE } from './session.ts';

let session: PersonSession;
let page: Page;
let connection: ContractConnection;

beforeAll(async () => {
  session = await PersonSession.open();
  ({ page, connection } = session);
  await session.importFile(join(SAMPLE, 'census-ma-2015.parquet'), 'people');
}, LONG_MS);

afterAll(() => session?.close());

const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 });

/** Presses Tab until what has the focus is called so; fails when it never is. */
async function tabTo(wanted: Locator): Promise<void> {
  await wanted.first().waitFor({ timeout: LONG_MS });
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await wanted.count()) > 0 && (await wanted.first().evaluate((one) => one === document.activeElement))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches ${String(wanted)}`);
}

describe('with the keyboard alone', () => {
  it('every place opens by two letters', { timeout: LONG_MS }, async () => {
    for (const [letter, title] of [
      ['d', 'Data'],
      ['t', 'Train a model'],
      ['m', /^(Models|No model yet)$/],
      ['b', 'Deploy'],
      ['o', 'Monitor'],
      ['j', /^Jobs/],
      ['s', 'Settings'],
      ['h', 'Drydock'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(letter);
      await heading(title).waitFor();
    }
  });

  it('every place and every dataset opens from the palette', { timeout: LONG_MS }, async () => {
    for (const [typed, title] of [
      ['Monitor', 'Monitor'],
      ['people', 'people'],
      ['Settings', 'Settings'],
      ['Train', 'Train a model'],
    ] as const) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(typed);
      await page.keyboard.press('Enter');
      await heading(title).waitFor();
    }
  });

  it('the keys are listed under ?, and Esc closes the list', async () => {
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Ctrl').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('a model is asked for, its training started, and cancelled again', { timeout: LONG_MS }, async () => {
    await session.goTo('/train?dataset=people');
    await tabTo(page.getByLabel('Target column', { exact: true }).and(page.locator('input')));
    await page.keyboard.type('employed');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText(/^Found: Yes or no/).waitFor();
    await tabTo(page.getByRole('radio', { name: /^Automatic/ }));
    // Linear, then the neural network, which takes long enough to be cancelled.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: /^Neural network/ }).isChecked()).toBe(true);
    await tabTo(page.getByRole('button', { name: 'Train', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    await tabTo(page.getByRole('button', { name: 'Cancel', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByText('Nothing was kept of this run', { exact: false }).waitFor();
    const job = (await connection.client.jobs.list({})).find(({ kind }) => kind === 'train');
    expect(job?.state).toBe('cancelled');
    expect(await connection.client.models.list()).toEqual([]);
  });

  it('the whole job is done: a file opened, imported, trained on, looked at, exported and verified', {
    timeout: LONG_MS,
  }, async () => {
    const press = async (wanted: Locator) => {
      await tabTo(wanted);
      await page.keyboard.press('Enter');
    };
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Control+o');
    await (await chooser).setFiles(join(SAMPLE, 'census-ma-2015.parquet'));
    const card = session.card('census-ma-2015.parquet');
    await tabTo(card.getByLabel('Name of the dataset'));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('crowd');
    await page.keyboard.press('Enter');
    await press(card.getByRole('link', { name: 'Train a model' }));
    await tabTo(page.getByLabel('Target column', { exact: true }).and(page.locator('input')));
    await page.keyboard.type('employed');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText(/^Found: Yes or no/).waitFor();
    await tabTo(page.getByRole('radio', { name: /^Automatic/ }));
    await page.keyboard.press('ArrowDown');
    await press(page.getByRole('button', { name: 'Train', exact: true }));
    await page.getByRole('heading', { name: / v1 is ready$/ }).waitFor({ timeout: LONG_MS });
    await press(page.getByRole('link', { name: 'Look at the model' }));
    await press(page.getByRole('link', { name: 'Export a bundle' }));
    await press(page.getByRole('button', { name: 'Export and verify' }));
    await page.getByText(/^All \d+ checks passed/).waitFor({ timeout: LONG_MS });
    expect((await connection.client.bundles.list())[0]?.verification?.isVerified).toBe(true);
  });

  it('the focus is always to be seen', { timeout: LONG_MS }, async () => {
    await session.goTo('/data/people');
    await heading('people').waitFor();
    for (let presses = 0; presses < 25; presses += 1) {
      await page.keyboard.press('Tab');
      const { what, isSeen } = await page.evaluate(() => {
        const one = document.activeElement;
        if (one === null || one === document.body) return { what: 'nothing', isSeen: true };
        const { outlineStyle, borderColor, boxShadow } = getComputedStyle(one);
        const isRinged = outlineStyle !== 'none' || boxShadow !== 'none' || one.matches('input, [role=combobox]');
        return { what: `${one.outerHTML.slice(0, 120)} ${borderColor}`, isSeen: isRinged };
      });
      expect(isSeen, what).toBe(true);
    }
  });

  it('nothing was complained of', () => {
    expect(session.complaints).toEqual([]);
  });
});
