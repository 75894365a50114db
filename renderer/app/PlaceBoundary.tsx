import { Component, type ReactNode } from 'react';
import { AppError } from '../../shared/errors.ts';
import { ErrorPanel } from '../components/ErrorPanel.tsx';
import { connection } from '../lib/api.ts';
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

  #stopWaiting: (() => void) | undefined;

  static getDerivedStateFromError(cause: unknown): PlaceBoundaryState {
    if (cause instanceof AppError) return { failure: cause };
    const reason = cause instanceof Error ? cause.message : String(cause);
    return {
      failure: new AppError('INTERNAL', {
        message: `${messages.components.placeFailed} ${reason}`,
        remedy: messages.components.placeFailedRemedy,
        cause,
      }),
    };
  }

  /** Code that could not be fetched stays unfetched for this page: once the engine is back, the page opens anew. */
  #reloadWhenOpen(): void {
    if (this.state.failure?.code !== 'ENGINE_UNREACHABLE' || this.#stopWaiting !== undefined) return;
    this.#stopWaiting = connection.subscribe(() => {
      if (connection.state() === 'open') window.location.reload();
    });
  }

  override componentDidMount(): void {
    this.#reloadWhenOpen();
  }

  override componentDidUpdate(): void {
    this.#reloadWhenOpen();
  }

  override componentWillUnmount(): void {
    this.#stopWaiting?.();
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return <ErrorPanel error={failure} onRetry={() => this.setState({ failure: undefined })} />;
  }
}
