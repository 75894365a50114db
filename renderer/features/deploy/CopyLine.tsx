import { Button, Code, CopyButton, Group } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { deployMessages } from './messages.ts';

interface CopyLineProps {
  readonly text: string;
  readonly label: string;
}

/** A line of text that is copied with one press. */
export function CopyLine({ text, label }: CopyLineProps) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Code block flex={1} miw={0} className="mono wrap" tabIndex={0}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            size="xs"
            variant="default"
            flex="none"
            onClick={copy}
            leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          >
            {copied ? deployMessages.copied : label}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
