// Mantine's theme. Its own variables point at tokens.css, so that both themes stay the designed ones.
import {
  ActionIcon,
  Badge,
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  Kbd,
  type MantineColorsTuple,
  Menu,
  Modal,
  Popover,
  rem,
  SegmentedControl,
  Select,
  Switch,
  Table,
  Tabs,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';

// Ten steps, light to dark. Step 7 is filled in light (white words), step 4 in dark (black words, by autoContrast).
const teal: MantineColorsTuple = [
  '#f0faf8',
  '#e7f4f2',
  '#c5e8e2',
  '#8fdcd0',
  '#2dd4bf',
  '#14b8a6',
  '#0d9488',
  '#0f766e',
  '#0b5f58',
  '#0a4742',
];
const green: MantineColorsTuple = [
  '#f3faf5',
  '#eaf6ee',
  '#bfe3cb',
  '#74d99a',
  '#3fb871',
  '#24a35a',
  '#1a8f4a',
  '#166534',
  '#12522b',
  '#0f3d21',
];
const blue: MantineColorsTuple = [
  '#f4f8ff',
  '#ebf2fe',
  '#c3d7fb',
  '#8db8ff',
  '#5b95f5',
  '#4380ec',
  '#2f6fe4',
  '#1d4fb8',
  '#183f93',
  '#142f6c',
];
const yellow: MantineColorsTuple = [
  '#fef9ee',
  '#fdf4e0',
  '#f0d9a5',
  '#f2bf5c',
  '#d99a1f',
  '#c78607',
  '#b87503',
  '#854d0e',
  '#6b3e0c',
  '#4d2d0a',
];
const red: MantineColorsTuple = [
  '#fef6f5',
  '#fdeeec',
  '#f6c9c4',
  '#ff9d94',
  '#ef5b50',
  '#e2483d',
  '#d5372d',
  '#b3261e',
  '#8f1f18',
  '#681813',
];
const violet: MantineColorsTuple = [
  '#f9f6fe',
  '#f4eefd',
  '#dccaf7',
  '#c7a6ff',
  '#a078f0',
  '#9168e8',
  '#8250df',
  '#6b2fb5',
  '#562693',
  '#3f1d6b',
];
const gray: MantineColorsTuple = [
  '#f8f9f9',
  '#f3f5f5',
  '#e9eded',
  '#e5e8e8',
  '#cdd4d4',
  '#98a2a2',
  '#616b6b',
  '#465050',
  '#2b3333',
  '#141a1a',
];
const dark: MantineColorsTuple = [
  '#e7ecec',
  '#abb6b6',
  '#8b9798',
  '#5a6566',
  '#3a4445',
  '#1a2021',
  '#191e1f',
  '#121617',
  '#0e1213',
  '#0c0f10',
];

const field = { size: 'xs' } as const;
const fieldVars = () => ({ wrapper: { '--input-height': rem(32), '--input-fz': rem(13) } });
const quick = { transition: 'fade', duration: 120 } as const;

export const theme = createTheme({
  colors: { teal, green, blue, yellow, red, violet, gray, dark },
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.2,
  black: '#141a1a',
  fontFamily:
    'Inter, "Inter Variable", system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace:
    '"JetBrains Mono", ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", "Noto Sans CJK SC", monospace',
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(20) },
  lineHeights: { xs: '1.3334', sm: '1.5385', md: '1.4286', lg: '1.5', xl: '1.4' }, // 16, 20, 20, 24, 28 px
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: rem(16), lineHeight: '1.5' },
      h2: { fontSize: rem(14), lineHeight: '1.4286' },
      h3: { fontSize: rem(12), lineHeight: '1.3334' },
    },
  },
  spacing: { xs: rem(4), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(24) },
  radius: { xs: rem(3), sm: rem(4), md: rem(6), lg: rem(8), xl: rem(12) },
  defaultRadius: 'md',
  shadows: { xs: 'none', sm: 'none', md: 'var(--float)', lg: 'var(--float)', xl: 'var(--float)' },
  respectReducedMotion: true,
  breakpoints: { xs: '24em', sm: '43.75em', md: '68.75em', lg: '80em', xl: '90em' }, // 700, 1100, 1280, 1440 px
  components: {
    Button: Button.extend({
      defaultProps: { size: 'xs', variant: 'default' },
      vars: (_, props) => ({
        root: {
          '--button-height': rem(28),
          '--button-fz': rem(13),
          '--button-padding-x': rem(10),
          ...(props.variant === 'filled' && { '--button-color': 'var(--accent-on)' }),
        },
      }),
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 28, variant: 'subtle', color: 'gray' } }),
    TextInput: TextInput.extend({ defaultProps: field, vars: fieldVars }),
    Textarea: Textarea.extend({ defaultProps: { ...field, autosize: true, minRows: 1 } }),
    Select: Select.extend({
      defaultProps: { ...field, searchable: true, comboboxProps: { transitionProps: quick } },
      vars: fieldVars,
    }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs', radius: 'sm' } }),
    Switch: Switch.extend({
      defaultProps: { size: 'xs' },
      vars: () => ({ root: { '--switch-color': 'var(--accent-fill)' } }),
    }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs', transitionDuration: 0 } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    Table: Table.extend({
      defaultProps: {
        layout: 'fixed',
        verticalSpacing: 0,
        horizontalSpacing: rem(8),
        highlightOnHover: true,
        stickyHeader: true,
      },
    }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, radius: 'sm', transitionProps: quick } }),
    Popover: Popover.extend({
      defaultProps: { radius: 'lg', shadow: 'md', withinPortal: true, transitionProps: quick },
    }),
    Menu: Menu.extend({ defaultProps: { radius: 'lg', shadow: 'md', transitionProps: quick } }),
    Modal: Modal.extend({ defaultProps: { radius: 'lg', centered: true, transitionProps: quick } }),
    Kbd: Kbd.extend({ defaultProps: { size: 'xs' } }),
  },
});

const ours = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-bright': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-3)',
  '--mantine-color-placeholder': 'var(--text-3)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-color-error': 'var(--fail-text)',
  '--mantine-color-success': 'var(--ok-text)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-disabled': 'var(--hover)',
  '--mantine-color-disabled-color': 'var(--text-off)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-contrast': 'var(--accent-on)',
  '--mantine-color-teal-filled': 'var(--accent)',
  '--mantine-color-teal-filled-hover': 'var(--accent-hover)',
  '--table-hover-color': 'var(--hover)',
  '--table-border-color': 'var(--line)',
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({ variables: {}, light: ours, dark: ours });
