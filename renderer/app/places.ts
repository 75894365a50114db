import {
  IconActivityHeartbeat,
  IconBox,
  IconDatabase,
  IconListCheck,
  IconPackageExport,
  IconRoute,
  IconSettings,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { messages } from '../lib/messages/messages.ts';

/** One address pattern of a place and the page behind it, loaded when it is first opened. */
export interface PlaceRoute {
  readonly path: string;
  readonly load: () => Promise<ComponentType>;
}

/** A place of the window: adding one is one record in `places`. */
export interface Place {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly icon: TablerIcon;
  /** Where the rail and the palette lead. */
  readonly path: string;
  /** `loop` stands in the upper part of the rail in the order of the loop, `about` at its foot. */
  readonly group: 'loop' | 'about';
  readonly routes: readonly PlaceRoute[];
}

const { frame } = messages;

export const places: readonly Place[] = [
  {
    id: 'data',
    label: frame.data,
    hint: frame.dataHint,
    icon: IconDatabase,
    path: '/data',
    group: 'loop',
    routes: [
      { path: '/data', load: () => import('../features/datasets/DatasetsPage.tsx').then((page) => page.DatasetsPage) },
      {
        path: '/data/import',
        load: () => import('../features/datasets/ImportPage.tsx').then((page) => page.ImportPage),
      },
      {
        path: '/data/:name/:tab?',
        load: () => import('../features/datasets/DatasetPage.tsx').then((page) => page.DatasetPage),
      },
    ],
  },
  {
    id: 'train',
    label: frame.train,
    hint: frame.trainHint,
    icon: IconRoute,
    path: '/train',
    group: 'loop',
    routes: [
      { path: '/train', load: () => import('../features/training/TrainPage.tsx').then((page) => page.TrainPage) },
    ],
  },
  {
    id: 'models',
    label: frame.models,
    hint: frame.modelsHint,
    icon: IconBox,
    path: '/models',
    group: 'loop',
    routes: [
      { path: '/models', load: () => import('../features/models/ModelsPage.tsx').then((page) => page.ModelsPage) },
      {
        path: '/models/compare',
        load: () => import('../features/models/ComparePage.tsx').then((page) => page.ComparePage),
      },
      {
        path: '/models/:name/:version/:tab?',
        load: () => import('../features/models/ModelPage.tsx').then((page) => page.ModelPage),
      },
    ],
  },
  {
    id: 'deploy',
    label: frame.deploy,
    hint: frame.deployHint,
    icon: IconPackageExport,
    path: '/deploy',
    group: 'loop',
    routes: [
      { path: '/deploy', load: () => import('../features/deploy/DeployPage.tsx').then((page) => page.DeployPage) },
    ],
  },
  {
    id: 'monitor',
    label: frame.monitor,
    hint: frame.monitorHint,
    icon: IconActivityHeartbeat,
    path: '/monitor',
    group: 'loop',
    routes: [
      {
        path: '/monitor',
        load: () => import('../features/monitoring/MonitorPage.tsx').then((page) => page.MonitorPage),
      },
      {
        path: '/monitor/:id',
        load: () => import('../features/monitoring/DriftReportPage.tsx').then((page) => page.DriftReportPage),
      },
    ],
  },
  {
    id: 'jobs',
    label: frame.jobs,
    hint: frame.jobsHint,
    icon: IconListCheck,
    path: '/jobs',
    group: 'about',
    routes: [{ path: '/jobs/:id?', load: () => import('../features/jobs/JobsPage.tsx').then((page) => page.JobsPage) }],
  },
  {
    id: 'settings',
    label: frame.settings,
    hint: frame.settingsHint,
    icon: IconSettings,
    path: '/settings',
    group: 'about',
    routes: [
      {
        path: '/settings',
        load: () => import('../features/settings/SettingsPage.tsx').then((page) => page.SettingsPage),
      },
    ],
  },
];
