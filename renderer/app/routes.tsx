import { type ComponentType, lazy, useState } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { Frame } from './Frame.tsx';
import { loadedPage, loadPage } from './load-place.ts';
import { NotFoundPage } from './NotFoundPage.tsx';
import { PlaceView } from './PlaceView.tsx';
import { type PlaceRoute, places } from './places.ts';

interface RoutePageProps {
  readonly route: PlaceRoute;
  readonly Later: ComponentType;
}

/** The page of a route: the code that is here, else the one that is waited for; it stays what it was when it opened. */
function RoutePage({ route, Later }: RoutePageProps) {
  const [Page] = useState(() => loadedPage(route) ?? Later);
  return <Page />;
}

function routeOf(route: PlaceRoute): RouteObject {
  const Later = lazy(async () => ({ default: await loadPage(route) }));
  return {
    path: route.path,
    element: (
      <PlaceView>
        <RoutePage route={route} Later={Later} />
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
