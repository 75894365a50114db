import type { ComponentType } from 'react';
import { AppError } from '../../shared/errors.ts';
import { messages } from '../lib/messages/messages.ts';
import { type PlaceRoute, places } from './places.ts';

const pages = new Map<PlaceRoute, ComponentType>();

/** The page behind a route, if its code is here already: it is then drawn at once, without a turn of waiting. */
export const loadedPage = (route: PlaceRoute): ComponentType | undefined => pages.get(route);

async function load(route: PlaceRoute): Promise<ComponentType> {
  const page = await route.load();
  pages.set(route, page);
  return page;
}

/** The page behind a route; when its code cannot be fetched the host of the page is away, as the engine then is. */
export const loadPage = (route: PlaceRoute): Promise<ComponentType> =>
  load(route).catch((cause: unknown) => {
    throw new AppError('ENGINE_UNREACHABLE', {
      message: messages.connection.placeUnreachable,
      remedy: messages.connection.placeUnreachableRemedy,
      kept: messages.connection.unreachableKept,
      cause,
    });
  });

/** Fetches code before it is asked for. A failure says nothing yet: the place itself will. */
export function preload(routes: readonly PlaceRoute[]): void {
  for (const route of routes) load(route).catch(() => undefined);
}

/** Fetches every place, and what draws charts, once the first one stands, so that each opens at once. */
export function preloadAllWhenIdle(): () => void {
  const timer = setTimeout(() => {
    preload(places.flatMap((place) => place.routes));
    import('./Palette.tsx').catch(() => undefined);
    import('../components/chart-engine.ts').catch(() => undefined);
  }, 1_200);
  return () => clearTimeout(timer);
}
