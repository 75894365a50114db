import { type ReactNode, Suspense } from 'react';
import { useLocation } from 'react-router';
import { LateSkeleton } from '../components/LateSkeleton.tsx';
import { messages } from '../lib/messages/messages.ts';
import { PlaceBoundary } from './PlaceBoundary.tsx';
import { places } from './places.ts';

interface PlaceViewProps {
  readonly children: ReactNode;
}

/** A place while its code loads, and when it breaks: the frame around it stays whole. */
export function PlaceView({ children }: PlaceViewProps) {
  const { pathname } = useLocation();
  const place = places.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  return (
    <PlaceBoundary key={pathname}>
      <title>{place === undefined ? messages.frame.appName : `${place.label} · ${messages.frame.appName}`}</title>
      <Suspense fallback={<LateSkeleton lines={12} />}>{children}</Suspense>
    </PlaceBoundary>
  );
}
