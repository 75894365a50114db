import { useEffect, useEffectEvent, useRef } from 'react';
import { useNavigate } from 'react-router';
import { usePreferences } from '../lib/preferences.ts';
import { useOpenFiles } from '../lib/use-open-files.ts';
import { type FrameAction, frameKeys } from './frame-keys.ts';
import { openOverlay, showOverlay, toggleOverlay } from './overlays.ts';
import { typeAhead } from './palette-input.ts';
import { useThemeSwitch } from './use-theme-switch.ts';

const SEQUENCE_MS = 1_200;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.getAttribute('role') === 'combobox');

/** Listens to the keys of the frame. */
export function useFrameKeys(): void {
  const navigate = useNavigate();
  const { ask } = useOpenFiles();
  const { switchTheme } = useThemeSwitch();
  const { hasLetterKeys } = usePreferences();
  const gAt = useRef(0);
  const act = useEffectEvent((action: FrameAction) => {
    if (action.kind === 'palette') toggleOverlay('palette');
    else if (action.kind === 'keys') toggleOverlay('keys');
    else if (action.kind === 'tray') toggleOverlay('tray');
    else if (action.kind === 'open') void ask();
    else if (action.kind === 'theme') switchTheme();
    else {
      showOverlay('none');
      void navigate(action.path);
    }
  });
  const heard = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat) return;
    // The palette has been asked for and its field is not there yet.
    if (openOverlay() === 'palette' && !isTyping(event.target) && typeAhead(event)) {
      event.preventDefault();
      return;
    }
    const isAfterG = event.timeStamp - gAt.current < SEQUENCE_MS;
    const found = frameKeys.find((key) => key.matches(event, isAfterG));
    if (found?.isLetter !== false && (!hasLetterKeys || isTyping(event.target))) return;
    gAt.current = event.key === 'g' && found === undefined ? event.timeStamp : 0;
    if (found === undefined) return;
    event.preventDefault();
    act(found.action);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => heard(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
