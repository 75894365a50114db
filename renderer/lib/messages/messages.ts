import { chartMessages } from './en/charts.ts';
import { componentMessages } from './en/components.ts';
import { connectionMessages } from './en/connection.ts';
import { datasetsMessages } from './en/datasets.ts';
import { deployMessages } from './en/deploy.ts';
import { frameMessages } from './en/frame.ts';
import { jobsMessages } from './en/jobs.ts';
import { modelExplainMessages } from './en/model-explain.ts';
import { modelImagesMessages } from './en/model-images.ts';
import { modelInsideMessages } from './en/model-inside.ts';
import { modelLineageMessages } from './en/model-lineage.ts';
import { modelPerformanceMessages } from './en/model-performance.ts';
import { modelStressMessages } from './en/model-stress.ts';
import { modelsMessages } from './en/models.ts';
import { monitoringMessages } from './en/monitoring.ts';
import { settingsMessages } from './en/settings.ts';
import { startMessages } from './en/start.ts';
import { trainingMessages } from './en/training.ts';
import { trainingFormMessages } from './en/training-form.ts';

/**
 * The texts of the frame and of the places it starts with; places that load later take theirs from the same folder.
 * A translation is one folder beside `en` with the same files.
 */
export const messages = {
  charts: chartMessages,
  components: componentMessages,
  connection: connectionMessages,
  datasets: datasetsMessages,
  deploy: deployMessages,
  frame: frameMessages,
  jobs: jobsMessages,
  models: {
    ...modelsMessages,
    ...modelPerformanceMessages,
    ...modelExplainMessages,
    ...modelImagesMessages,
    ...modelInsideMessages,
    ...modelLineageMessages,
    ...modelStressMessages,
  },
  monitoring: monitoringMessages,
  settings: settingsMessages,
  start: startMessages,
  training: { ...trainingMessages, ...trainingFormMessages },
} as const;

export type Messages = typeof messages;
