import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { queries } from '../lib/api.ts';
import { messages } from '../lib/messages/messages.ts';
import { useOpenFiles } from '../lib/use-open-files.ts';
import { showOverlay } from './overlays.ts';
import { useThemeSwitch } from './use-theme-switch.ts';

export interface Verb {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly run: () => void;
}

const m = messages.frame;

/** What the palette can do, beside going somewhere. */
export function useVerbs(): readonly Verb[] {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { ask, askFolder } = useOpenFiles();
  const { switchTheme } = useThemeSwitch();
  const go = (path: string) => () => void navigate(path);
  // The palette closes with the verb; what the verb opens comes after.
  const afterwards = (run: () => void) => () => void setTimeout(run, 0);
  return [
    { id: 'open', label: m.verbOpenFile, hint: m.verbOpenFileHint, run: () => void ask() },
    { id: 'open-folder', label: m.verbOpenFolder, hint: m.verbOpenFolderHint, run: () => void askFolder() },
    { id: 'train', label: m.verbTrain, run: go('/train') },
    { id: 'compare', label: m.verbCompare, run: go('/monitor') },
    { id: 'export', label: m.verbExport, run: go('/deploy') },
    { id: 'sample', label: m.verbSample, run: go('/?sample=flights') },
    { id: 'jobs', label: m.verbJobs, run: afterwards(() => showOverlay('tray')) },
    { id: 'doctor', label: m.verbDoctor, run: go('/settings#health') },
    { id: 'audit', label: m.verbAudit, run: go('/settings#audit') },
    { id: 'theme', label: m.verbTheme, run: switchTheme },
    { id: 'keys', label: m.verbKeys, run: afterwards(() => showOverlay('keys')) },
    {
      id: 'path',
      label: m.verbWorkspacePath,
      run: () =>
        void client
          .ensureQueryData(queries.system.workspace.queryOptions())
          .then(({ path }) => navigator.clipboard.writeText(path)),
    },
  ];
}
