/** The pages there are. A page that is not in this list does not exist. */
import { IconActivityHeartbeat, IconBell, IconBuilding, IconChartLine, IconListCheck, IconReportAnalytics, IconServer2, IconSettings, IconTool } from '@tabler/icons-react';
import { lazy, type ComponentType } from 'react';
import { DevicesScreen } from './DevicesScreen.tsx';
import { withExport } from './with-export.tsx';

export type Page = {
  readonly path: string;
  /** Key of its name in common.json. */
  readonly label: string;
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  readonly component: ComponentType;
  /** Stands at the lower end of the rail. */
  readonly atEnd?: boolean;
};

export const pages: readonly [Page, ...Page[]] = [
  { path: '/devices', label: 'pages.devices', icon: IconServer2, component: DevicesScreen },
  { path: '/branches', label: 'pages.branches', icon: IconBuilding, component: lazy(async () => ({ default: (await import('../features/branches/BranchesPage.tsx')).BranchesPage })) },
  { path: '/alerts', label: 'pages.alerts', icon: IconBell, component: lazy(async () => ({ default: (await import('../features/alerts/AlertsPage.tsx')).AlertsPage })) },
  { path: '/rules', label: 'pages.rules', icon: IconListCheck, component: lazy(async () => ({ default: (await import('../features/rules/RulesPage.tsx')).RulesPage })) },
  { path: '/maintenance', label: 'pages.maintenance', icon: IconTool, component: lazy(async () => ({ default: (await import('../features/maintenance/MaintenancePage.tsx')).MaintenancePage })) },
  { path: '/history', label: 'pages.history', icon: IconChartLine, component: lazy(async () => ({ default: withExport((await import('../features/history/HistoryPage.tsx')).HistoryPage) })) },
  { path: '/reports', label: 'pages.reports', icon: IconReportAnalytics, component: lazy(async () => ({ default: withExport((await import('../features/reports/ReportsPage.tsx')).ReportsPage) })) },
  { path: '/system', label: 'pages.system', icon: IconActivityHeartbeat, component: lazy(async () => ({ default: withExport((await import('../features/system/SystemPage.tsx')).SystemPage) })) },
  { path: '/settings', label: 'pages.settings', icon: IconSettings, component: lazy(async () => ({ default: (await import('../features/settings/SettingsPage.tsx')).SettingsPage })), atEnd: true },
];

/** The page of a path; an unknown path is the first page. */
export function pageOf(path: string): Page {
  return pages.find(page => page.path === path) ?? pages[0];
}
