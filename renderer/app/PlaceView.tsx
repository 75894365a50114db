import { type ReactNode, Suspense } from 'react';
import { useLocation } from 'react-router';
import { LateSkeleton } from '../components/LateSkeleton.tsx';
import { PlaceBoundary } from './PlaceBoundary.tsx';

interface PlaceViewProps {
  readonly children: ReactNode;
}

/** A place while its code loads, and when it breaks: the frame around it stays whole. */
export function PlaceView({ children }: PlaceViewProps) {
  const { pathname } = useLocation();
  return (
    <PlaceBoundary key={pathname}>
      <Suspense fallback={<LateSkeleton lines={12} />}>{children}</Suspense>
    </PlaceBoundary>
  );
}
