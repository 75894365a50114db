import { lazy } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { Frame } from './Frame.tsx';
import { loadPage } from './load-place.ts';
import { NotFoundPage } from './NotFoundPage.tsx';
import { PlaceView } from './PlaceView.tsx';
import { type PlaceRoute, places } from './places.ts';

function routeOf(route: PlaceRoute): RouteObject {
  const Page = lazy(async () => ({ default: await loadPage(route) }));
  return {
    path: route.path,
    element: (
      <PlaceView>
        <Page />
      </PlaceView>
    ),
  };
}

const start: PlaceRoute = {
  path: '/',
  load: () => import('../features/start/StartPage.tsx').then((page) => page.StartPage),
};

/** Every place has an address that can be copied and opened again. */
export const createRouter = () =>
  createBrowserRouter([
    {
      element: <Frame />,
      children: [
        routeOf(start),
        ...places.flatMap((place) => place.routes).map(routeOf),
        { path: '*', element: <NotFoundPage /> },
      ],
    },
  ]);
