import { messages } from '../lib/messages/messages.ts';
import { places } from './places.ts';

/** A key of the frame: what it is, when an event is it, and what it does. */
export interface FrameKey {
  readonly keys: readonly string[];
  readonly label: string;
  /** A key without Ctrl or Cmd: it can be switched off in Settings, and is not heard while typing. */
  readonly isLetter: boolean;
  readonly matches: (event: KeyboardEvent, isAfterG: boolean) => boolean;
  readonly action: FrameAction;
}

export type FrameAction =
  | { readonly kind: 'palette' }
  | { readonly kind: 'keys' }
  | { readonly kind: 'open' }
  | { readonly kind: 'tray' }
  | { readonly kind: 'theme' }
  | { readonly kind: 'go'; readonly path: string };

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
export const modifierName = isApple ? '⌘' : 'Ctrl';
const withModifier = (event: KeyboardEvent, key: string): boolean =>
  (isApple ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === key;
const bare = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.metaKey && !event.altKey;

const m = messages.frame;
const letters: Readonly<Record<string, string>> = {
  data: 'd',
  train: 't',
  models: 'm',
  deploy: 'b',
  monitor: 'o',
  jobs: 'j',
  settings: 's',
};

/** Every key the frame listens to; the list under `?` is this list. */
export const frameKeys: readonly FrameKey[] = [
  {
    keys: [modifierName, 'K'],
    label: m.keyPalette,
    isLetter: false,
    matches: (event) => withModifier(event, 'k'),
    action: { kind: 'palette' },
  },
  {
    keys: ['?'],
    label: m.keyKeys,
    isLetter: true,
    matches: (event) => bare(event) && event.key === '?',
    action: { kind: 'keys' },
  },
  {
    keys: [modifierName, 'O'],
    label: m.keyOpen,
    isLetter: false,
    matches: (event) => withModifier(event, 'o'),
    action: { kind: 'open' },
  },
  {
    keys: [modifierName, 'J'],
    label: m.keyJobs,
    isLetter: false,
    matches: (event) => withModifier(event, 'j'),
    action: { kind: 'tray' },
  },
  {
    keys: ['g', 'h'],
    label: m.keyPlace(m.start),
    isLetter: true,
    matches: (event, isAfterG) => isAfterG && bare(event) && event.key === 'h',
    action: { kind: 'go', path: '/' },
  },
  ...places.flatMap((place): FrameKey[] => {
    const letter = letters[place.id];
    if (letter === undefined) return [];
    return [
      {
        keys: ['g', letter],
        label: m.keyPlace(place.label),
        isLetter: true,
        matches: (event, isAfterG) => isAfterG && bare(event) && event.key === letter,
        action: { kind: 'go', path: place.path },
      },
    ];
  }),
  {
    keys: ['g', 'l'],
    label: m.keyTheme,
    isLetter: true,
    matches: (event, isAfterG) => isAfterG && bare(event) && event.key === 'l',
    action: { kind: 'theme' },
  },
];
