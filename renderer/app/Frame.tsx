import { lazy, Suspense, useEffect, useRef } from 'react';
import { Outlet, useLocation } from 'react-router';
import { messages } from '../lib/messages/messages.ts';
import { usePreferences } from '../lib/preferences.ts';
import { DropOverlay } from './DropOverlay.tsx';
import classes from './frame.module.css';
import { preloadAllWhenIdle } from './load-place.ts';
import { useOverlay } from './overlays.ts';
import { Rail } from './Rail.tsx';
import { StatusBar } from './StatusBar.tsx';
import { useFrameKeys } from './use-frame-keys.ts';
import { useJobNotices } from './use-job-notices.ts';

const Palette = lazy(() => import('./Palette.tsx').then((module) => ({ default: module.Palette })));
const KeyList = lazy(() => import('./KeyList.tsx').then((module) => ({ default: module.KeyList })));

/** Rail, body, status bar; and what can lie over them. */
export function Frame() {
  const { isRailPinned } = usePreferences();
  const overlay = useOverlay();
  const { pathname } = useLocation();
  const body = useRef<HTMLDivElement>(null);
  useFrameKeys();
  useJobNotices();
  useEffect(preloadAllWhenIdle, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address starts at its top
  useEffect(() => {
    body.current?.scrollTo({ top: 0 });
  }, [pathname]);
  return (
    <div className={`${classes.frame} ${isRailPinned ? classes.pinned : ''}`}>
      <a className={classes.skip} href="#content">
        {messages.frame.skip}
      </a>
      <Rail />
      <div className={classes.body} ref={body}>
        <main className={classes.content} id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <StatusBar />
      <DropOverlay />
      <Suspense fallback={null}>
        {overlay === 'palette' && <Palette />}
        {overlay === 'keys' && <KeyList />}
      </Suspense>
    </div>
  );
}
