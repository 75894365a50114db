import { Button } from '@mantine/core';
import { Link, useLocation } from 'react-router';
import { EmptyState } from '../components/EmptyState.tsx';
import { messages } from '../lib/messages/messages.ts';

/** An address that no place has. */
export function NotFoundPage() {
  const { pathname } = useLocation();
  return (
    <EmptyState
      isWholePage
      title={messages.frame.notFoundTitle}
      text={messages.frame.notFoundText(pathname)}
      action={
        <Button component={Link} to="/">
          {messages.frame.notFoundBack}
        </Button>
      }
    />
  );
}
