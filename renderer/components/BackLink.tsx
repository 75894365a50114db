import { Anchor } from '@mantine/core';
import { Link } from 'react-router';

interface BackLinkProps {
  readonly to: string;
  readonly label: string;
}

/** From one thing to the list it is in. */
export function BackLink({ to, label }: BackLinkProps) {
  return (
    <Anchor component={Link} to={to} size="xs" w="fit-content">
      {label}
    </Anchor>
  );
}
