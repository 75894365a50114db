import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { trainingMessages } from './messages.ts';

interface ModelLinksProps {
  readonly model: Pick<ModelVersion, 'name' | 'version'>;
  /** Opens the form as this run was asked; left out where its data are gone. */
  readonly onAgain: (() => void) | undefined;
  readonly children?: ReactNode;
}

/** Where to go on from a finished training. */
export function ModelLinks({ model: { name, version }, onAgain, children }: ModelLinksProps) {
  return (
    <Group gap="xs">
      {children}
      {onAgain && (
        <Button variant="default" onClick={onAgain}>
          {trainingMessages.resultAgain}
        </Button>
      )}
      <Button component={Link} to={`/deploy?model=${encodeURIComponent(`${name}@${version}`)}`} variant="default">
        {trainingMessages.resultExport}
      </Button>
      <Button component={Link} to={`/models/${encodeURIComponent(name)}/${version}`}>
        {trainingMessages.resultLook}
      </Button>
    </Group>
  );
}
