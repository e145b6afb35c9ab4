/** Mantine in our clothes; the colours themselves are CSS variables in theme.css. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The accent: indigo, so that blue stays free for maintenance. Lightest to darkest. */
const indigo: MantineColorsTuple = ['#EEF0FF', '#DADFFF', '#B7C0FF', '#929FFB', '#7A89F5', '#6474EA', '#5262DC', '#4452C4', '#37439F', '#2B357C'];

/** Mantine takes its dark surfaces from here by index: 6 is fields, 7 the page, 4 lines. Those of theme.css. */
const dark: MantineColorsTuple = ['#E6EBF0', '#C3CCD5', '#9AA7B4', '#7F8C99', '#2A3541', '#1C242D', '#151B22', '#0E1217', '#0E1217', '#0A0D11'];

/** Of destructive buttons: white text on 6 (dark) and 7 (light) stays readable. */
const red: MantineColorsTuple = ['#FDECEC', '#FAD4D5', '#F4A6A8', '#EE7679', '#E44B4F', '#DA373B', '#CF2F34', '#C4161C', '#A31217', '#7F0E12'];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent: indigo, dark, red },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace',
  defaultRadius: 6,
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '6px', xl: '6px' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  headings: { fontFamily: 'var(--font)', fontWeight: '600' },
  shadows: { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', fw: 500 } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    Autocomplete: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    TagsInput: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.5 } } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 100 } } },
    Popover: { defaultProps: { shadow: 'none' } },
  },
});
