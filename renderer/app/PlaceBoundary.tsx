import { Component, type ReactNode } from 'react';
import { AppError } from '../../shared/errors.ts';
import { ErrorPanel } from '../components/ErrorPanel.tsx';
import { messages } from '../lib/messages/messages.ts';

interface PlaceBoundaryProps {
  readonly children: ReactNode;
}

interface PlaceBoundaryState {
  readonly failure: AppError | undefined;
}

/** Catches what a place throws while it draws, says so, and lets it try again. */
export class PlaceBoundary extends Component<PlaceBoundaryProps, PlaceBoundaryState> {
  override state: PlaceBoundaryState = { failure: undefined };

  static getDerivedStateFromError(cause: unknown): PlaceBoundaryState {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return {
      failure: new AppError('INTERNAL', {
        message: `${messages.components.placeFailed} ${reason}`,
        remedy: messages.components.placeFailedRemedy,
        cause,
      }),
    };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return <ErrorPanel error={failure} onRetry={() => this.setState({ failure: undefined })} />;
  }
}
