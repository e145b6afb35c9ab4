/** The frame around every page. */
import { Suspense, useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useRow } from '../client/hooks.ts';
import { useStale } from '../client/stale.ts';
import { BlindBanner } from './BlindBanner.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { usePath } from './navigation.ts';
import { Notices } from './Notices.tsx';
import { OwnAlertsBanner } from './OwnAlertsBanner.tsx';
import { Rail } from './Rail.tsx';
import { pageOf } from './routes.tsx';
import { TopBar } from './TopBar.tsx';

export function Layout(): ReactElement {
  const { t } = useTranslation();
  const page = pageOf(usePath());
  const stale = useStale();
  const demo = useRow('system.health', {}, 'fleet')?.demo ?? false;
  const Content = page.component;

  useEffect(() => {
    document.title = `${t(page.label)} · ${t('product')}`;
  }, [t, page]);
  useEffect(ignoreStrayDrops, []);

  return (
    <div className="shell">
      <Notices />
      {demo ? (
        <div className="ribbon" role="note">
          <strong>{t('demo.ribbon')}</strong>
          <span>{t('demo.sentence')}</span>
        </div>
      ) : null}
      <Rail page={page} />
      <TopBar />
      <div className="content">
        {stale ? (
          <ConnectionBanner stale={stale} />
        ) : (
          <>
            <BlindBanner />
            <OwnAlertsBanner />
          </>
        )}
        <main className="page" data-old={stale !== null || undefined}>
          <ErrorBoundary key={page.path}>
            <Suspense>
              <Content />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
    </div>
  );
}

/** A file dropped beside a drop target would replace the console by the file. Returns stop. */
function ignoreStrayDrops(): () => void {
  const ignore = (event: DragEvent): void => event.preventDefault();
  window.addEventListener('dragover', ignore);
  window.addEventListener('drop', ignore);
  return () => {
    window.removeEventListener('dragover', ignore);
    window.removeEventListener('drop', ignore);
  };
}
