import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { modelsMessages } from './messages.ts';

/** From a model to the list of all. */
export function BackLink() {
  return (
    <Anchor component={Link} to="/models" size="xs" w="fit-content">
      {modelsMessages.back}
    </Anchor>
  );
}
