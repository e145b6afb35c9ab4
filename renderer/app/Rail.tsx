/** The left rail: the pages there are. */
import { Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useView } from '../state/view.ts';
import { pages, type Page } from './routes.tsx';

export function Rail({ page }: { readonly page: Page }): ReactElement {
  const { t } = useTranslation();
  const collapsed = useView(view => view.railCollapsed);
  const choose = useView(view => view.choose);
  const Toggle = collapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  const toggleLabel = t(collapsed ? 'rail.expand' : 'rail.collapse');

  const link = (each: Page): ReactElement => (
    <Tooltip key={each.path} label={t(each.label)} position="right" disabled={!collapsed}>
      <a className="rail-link" href={`#${each.path}`} aria-current={each === page ? 'page' : undefined} aria-label={t(each.label)}>
        <each.icon size={18} stroke={1.5} />
        {collapsed ? null : t(each.label)}
      </a>
    </Tooltip>
  );

  return (
    <nav className="rail" aria-label={t('rail.label')} data-collapsed={collapsed || undefined}>
      <div className="rail-name">{collapsed ? '' : t('product')}</div>
      {pages.filter(each => !each.atEnd).map(link)}
      <div className="rail-space" />
      {pages.filter(each => each.atEnd).map(link)}
      <Tooltip label={toggleLabel} position="right" disabled={!collapsed}>
        <button type="button" className="rail-link" onClick={() => choose({ railCollapsed: !collapsed })} aria-label={toggleLabel}>
          <Toggle size={18} stroke={1.5} />
          {collapsed ? null : toggleLabel}
        </button>
      </Tooltip>
    </nav>
  );
}
