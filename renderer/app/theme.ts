import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { messages } from '../lib/messages/messages.ts';

/** The accent: a deep harbour blue; readable on white from shade 6, on black up to shade 4. */
const harbor: MantineColorsTuple = [
  '#e9f4fb',
  '#d2e7f4',
  '#a5cee8',
  '#74b3db',
  '#4b9ccf',
  '#2b8bc4',
  '#0f76b0',
  '#0b6496',
  '#08517b',
  '#053c5c',
];

/** What is wrong, and nothing else. */
const alarm: MantineColorsTuple = [
  '#fff0ee',
  '#ffdcd8',
  '#ffb5ad',
  '#ff8d82',
  '#f9675a',
  '#ea4335',
  '#cf2a1d',
  '#b32115',
  '#8f1810',
  '#6b100a',
];

/** Cool greys, so that tables stay calm beside the accent. */
const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#eff1f4',
  '#e3e6eb',
  '#d3d8df',
  '#b4bcc7',
  '#8b95a3',
  '#5c6674',
  '#4d5663',
  '#363e49',
  '#20262e',
];

const dark: MantineColorsTuple = [
  '#dbe0e7',
  '#b9c1cc',
  '#98a2af',
  '#6b7683',
  '#434c58',
  '#333b46',
  '#262d36',
  '#1b2129',
  '#151a21',
  '#0f1318',
];

const sans =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';
const mono =
  'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace';

const MOST_OPTIONS = 100;

/** The list itself scrolls: its keys are those of the field it belongs to. */
const scrollingOptions = { options: { maxHeight: '14rem', overflowY: 'auto' } } as const;

/** What goes on is seen to go on, and bars hide no words. */
const scrollArea = { defaultProps: { type: 'auto', offsetScrollbars: 'present' } } as const;

const closeButtonProps = { 'aria-label': messages.components.close };

/** Dense but calm: small steps of size, one accent, thin borders. */
export const theme = createTheme({
  primaryColor: 'harbor',
  primaryShade: { light: 6, dark: 6 },
  colors: { harbor, alarm, gray, dark, red: alarm, blue: harbor },
  autoContrast: true,
  fontFamily: sans,
  fontFamilyMonospace: mono,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  defaultRadius: 'sm',
  radius: { sm: '5px', md: '8px' },
  headings: {
    fontFamily: sans,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '1.25rem', lineHeight: '1.35' },
      h4: { fontSize: '1rem', lineHeight: '1.4' },
      h5: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h6: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm', fz: 'sm' } },
    ScrollArea: scrollArea,
    ScrollAreaAutosize: scrollArea,
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, fz: 'xs' } },
    // A list of thousands is searched, not scrolled.
    Select: { defaultProps: { limit: MOST_OPTIONS, withScrollArea: false }, styles: scrollingOptions },
    MultiSelect: { defaultProps: { limit: MOST_OPTIONS, withScrollArea: false }, styles: scrollingOptions },
    Autocomplete: { defaultProps: { withScrollArea: false }, styles: scrollingOptions },
    TagsInput: { defaultProps: { withScrollArea: false }, styles: scrollingOptions },
    // Its place for the first focus would be a child that a menu may not have.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // Bars move as often as they are told: a glide of its own would have the page drawn sixty times a second.
    ProgressRoot: { defaultProps: { transitionDuration: 0 } },
    Button: { defaultProps: { size: 'sm' } },
    // A verdict that is cut off says nothing.
    Badge: {
      styles: {
        root: { flex: 'none', maxWidth: '100%', height: 'auto', minHeight: 'var(--badge-height)' },
        label: { overflow: 'visible', whiteSpace: 'normal' },
      },
    },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 }, closeButtonProps },
      styles: { title: { fontWeight: 600 } },
    },
    Drawer: {
      defaultProps: { overlayProps: { backgroundOpacity: 0.3 }, closeButtonProps },
      styles: { title: { fontWeight: 600 } },
    },
    Notification: { defaultProps: { closeButtonProps } },
    Paper: { defaultProps: { radius: 'md' } },
  },
});

/** Texts that are only hints still reach a contrast of 4.5 on every surface. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-error': alarm[6],
    '--mantine-color-anchor': harbor[7],
    '--app-rail': gray[0],
    '--app-status': gray[1],
    '--app-line': gray[2],
    '--app-hover': gray[0],
    '--app-bar': harbor[4],
    '--app-bar-quiet': gray[3],
  },
  dark: {
    '--mantine-color-body': dark[8],
    '--mantine-color-dimmed': dark[1],
    '--mantine-color-placeholder': dark[2],
    '--mantine-color-error': alarm[3],
    '--mantine-color-anchor': harbor[3],
    '--app-rail': dark[9],
    '--app-status': dark[9],
    '--app-line': dark[5],
    '--app-hover': dark[7],
    '--app-bar': harbor[4],
    '--app-bar-quiet': dark[4],
  },
});
