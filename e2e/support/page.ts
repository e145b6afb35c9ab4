/** What a person does and sees in the console, by roles and names. */
import { expect, type Page } from '@playwright/test';

/** Goes to a page by the rail. */
export async function open(page: Page, name: 'Devices' | 'Branches' | 'Alerts' | 'Rules' | 'Maintenance' | 'History' | 'Reports' | 'System' | 'Settings'): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByText(name, { exact: true }).click();
}

/** To the alerts one by one: the page opens with the incidents. */
export async function openAlertList(page: Page): Promise<void> {
  await open(page, 'Alerts');
  await page.getByRole('radiogroup', { name: 'What is shown' }).getByText('Alerts', { exact: true }).click();
}

/** A row of the grid, by a text of its own. */
export const rowWith = (page: Page, text: string): ReturnType<Page['locator']> => page.getByRole('row').filter({ has: page.getByText(text, { exact: true }) });

/** Waits until the counter of the top bar says so many. */
export async function expectCount(page: Page, state: string, count: number, timeoutMs: number): Promise<void> {
  await expect(page.getByRole('button', { name: new RegExp(`^${state}: ${count}\\.`) })).toBeVisible({ timeout: timeoutMs });
}

/** Chooses a file in the import dialog, looks at the preview, and writes it. */
export async function importFile(page: Page, csv: string, expectedDevices: number): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Import devices' });
  await dialog.locator('input[type=file]').setInputFiles({ name: 'inventory.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await dialog.getByRole('button', { name: `Import ${expectedDevices} device` }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
}

/** `count` devices on 127.40.0.0/16, spread over twenty branches. */
export function fleetCsv(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => `Device ${i + 1},${addressOf(i + 1)},router,Branch ${(i % 20) + 1},Region ${(i % 4) + 1}`);
  return `name,address,type,branch,region\n${lines.join('\n')}\n`;
}

export const addressOf = (n: number): string => `127.40.${n >> 8}.${n & 255}`;
