import { List, Text } from '@mantine/core';

interface LeftOutListProps {
  readonly title: string;
  readonly lines: readonly { readonly key: string; readonly text: string }[];
}

/** What was left out and why; nothing when nothing was. */
export function LeftOutList({ title, lines }: LeftOutListProps) {
  if (lines.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <List size="sm">
        {lines.map(({ key, text }) => (
          <List.Item key={key}>{text}</List.Item>
        ))}
      </List>
    </div>
  );
}
