/** Where the window was, kept in a small file, and whether it may go there again. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const Bounds = z.object({ x: z.int(), y: z.int(), width: z.int().min(320).max(32_767), height: z.int().min(240).max(32_767) });
export type Bounds = z.output<typeof Bounds>;

const WindowState = z.object({ bounds: Bounds, maximized: z.boolean() });
export type WindowState = z.output<typeof WindowState>;

/** How much of the title bar must be in reach to drag the window by it, in device-independent pixels. */
const gripWidth = 120;
const gripHeight = 24;

/** True when enough of the window's top edge lies on one of the displays to get hold of it. Pure. */
export function isReachable(bounds: Bounds, workAreas: readonly Bounds[]): boolean {
  return workAreas.some(area => {
    const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
    const room = area.y + area.height - bounds.y;
    return width >= gripWidth && bounds.y >= area.y && room >= gripHeight;
  });
}

/** The kept state, or null where there is none or it cannot be read: then the window opens at its default place. */
export function readWindowState(file: string): WindowState | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null; // First start.
  }
  const parsed = WindowState.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/** Replaces the file in one step. Throws the file system's error. */
export function writeWindowState(file: string, state: WindowState): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Cut short by a crash: as good as absent.
  }
}
