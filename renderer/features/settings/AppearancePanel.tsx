import {
  type MantineColorScheme,
  Paper,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import { messages } from '../../lib/messages/messages.ts';
import { setPreferences, usePreferences } from '../../lib/preferences.ts';

const m = messages.settings;
const schemes: readonly { readonly value: MantineColorScheme; readonly label: string }[] = [
  { value: 'auto', label: m.schemeAuto },
  { value: 'light', label: m.schemeLight },
  { value: 'dark', label: m.schemeDark },
];

/** Light or dark, labels in the rail, keys. */
export function AppearancePanel() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { isRailPinned, hasLetterKeys } = usePreferences();
  return (
    <Paper withBorder p="md" h="100%" component="section" aria-labelledby="appearance-title">
      <Title order={2} size="h5" id="appearance-title" mb="xs">
        {m.appearanceTitle}
      </Title>
      <Stack gap="sm">
        <div>
          <Text size="sm" mb={4}>
            {m.scheme}
          </Text>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={m.scheme}
            value={colorScheme}
            data={[...schemes]}
            onChange={(next) => setColorScheme(schemes.find(({ value }) => value === next)?.value ?? 'auto')}
          />
        </div>
        <Switch
          size="sm"
          label={messages.frame.pin}
          checked={isRailPinned}
          onChange={(event) => setPreferences({ isRailPinned: event.currentTarget.checked })}
        />
        <Switch
          size="sm"
          label={m.letterKeys}
          description={m.letterKeysHint}
          checked={hasLetterKeys}
          onChange={(event) => setPreferences({ hasLetterKeys: event.currentTarget.checked })}
        />
      </Stack>
    </Paper>
  );
}
