import type { PersonSession } from './session.ts';

/** What can lie over a place, and the way a person opens it. */
export interface OverlayToSee {
  readonly name: string;
  readonly path: string;
  readonly open: (page: PersonSession['page']) => Promise<void>;
}

/** Every kind of menu, list, drawer and dialog of the window, over places of a dataset with a schema and a model with charts. */
export const overlaysToSee = (dataset: string, model: string): readonly OverlayToSee[] => [
  {
    name: 'palette',
    path: '/',
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('da');
      await page.getByText('Datasets, their profile', { exact: false }).waitFor();
    },
  },
  {
    name: 'keys',
    path: '/',
    open: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'jobs-tray', path: '/', open: (page) => page.getByTitle('Open the list of jobs').click() },
  { name: 'notifications', path: '/', open: (page) => page.getByTitle('Notifications').click() },
  {
    name: 'column',
    path: `/data/${dataset}`,
    open: async (page) => {
      await page.getByRole('button', { name: 'carrier' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'filter',
    path: `/data/${dataset}/rows`,
    open: (page) => page.getByRole('button', { name: 'Filter' }).click(),
  },
  {
    name: 'export',
    path: `/data/${dataset}/rows`,
    open: async (page) => {
      await page.getByRole('button', { name: /^Export/ }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    name: 'rule',
    path: `/data/${dataset}/schema`,
    open: async (page) => {
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'chart',
    path: `/models/${model}`,
    open: async (page) => {
      await page.getByRole('figure').first().getByRole('button').nth(1).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    name: 'select',
    path: '/monitor',
    open: async (page) => {
      await page.getByLabel('Reference', { exact: true }).and(page.locator('input')).click();
      await page.getByRole('option').first().waitFor();
    },
  },
];
