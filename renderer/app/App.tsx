/** The whole page: theme, language, and what stands in the way of showing the console. */
import { MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import i18n from 'i18next';
import { useEffect, type ReactElement } from 'react';
import { useView } from '../state/view.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Gate } from './Gate.tsx';
import { Layout } from './Layout.tsx';
import { theme } from './theme.ts';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/noto-sans-georgian/wght.css';
import './theme.css';
import './shell.css';
import '../ui/ui.css';
import '../ui/state.css';

export function App(): ReactElement {
  const chosen = useView(view => view.theme);
  const language = useView(view => view.language);
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)', true, { getInitialValueInEffect: false });
  const scheme = chosen === 'system' ? (systemIsDark ? 'dark' : 'light') : chosen;

  useEffect(() => {
    document.documentElement.lang = language;
    void i18n.changeLanguage(language);
  }, [language]);

  return (
    <MantineProvider theme={theme} forceColorScheme={scheme}>
      <Notifications position="bottom-left" containerWidth={300} limit={4} className="toasts" />
      <ErrorBoundary>
        <Gate>
          <Layout />
        </Gate>
      </ErrorBoundary>
    </MantineProvider>
  );
}
