import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';

/** The scheme in force and a way to the other one. */
export function useThemeSwitch(): { readonly isDark: boolean; readonly switchTheme: () => void } {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  return { isDark, switchTheme: () => setColorScheme(isDark ? 'light' : 'dark') };
}
