/** Paints the stretches of a chart behind its line. */
import type { Series } from '../../shared/model/history.ts';
import { shades } from './chart-spans.ts';

/** What of a chart is painted on: the canvas, the plotting area in its pixels, and where a time (in seconds) stands on it. */
type Plot = {
  readonly ctx: CanvasRenderingContext2D;
  readonly bbox: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  valToPos(seconds: number, scale: 'x', canvasPixels: true): number;
};

/** Distance of the hatching's lines, in the pixels of the page. */
const hatchPx = 6;

/** `colour` gives a colour of the theme by its name. */
export function shadeSpans(plot: Plot, series: Series | null, colour: (name: string) => string): void {
  if (!series) return;
  const { ctx, bbox } = plot;
  const bottom = bbox.top + bbox.height;
  const inside = (at: number): number => Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(at / 1_000, 'x', true)));
  for (const shade of shades(series)) {
    const left = inside(shade.from);
    const right = Math.min(bbox.left + bbox.width, Math.max(left + 1, inside(shade.to)));
    if (right <= left) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    switch (shade.kind) {
      case 'lost':
        fill('down', 0.06 + 0.18 * shade.share);
        break;
      case 'down':
        fill('down', 0.35);
        break;
      case 'unreachable':
        fill('unreachable', 0.3);
        break;
      case 'maintenance':
        fill('maintenance', 0.2);
        break;
      case 'not-observed':
        fill('blind', 0.1);
        hatch(left, right, 'blind', 'rising');
        break;
      case 'damaged':
        fill('degraded', 0.12);
        hatch(left, right, 'degraded', 'rising');
        hatch(left, right, 'degraded', 'falling');
        break;
      default:
        shade satisfies never;
    }
    ctx.restore();
  }

  function fill(name: string, alpha: number): void {
    ctx.fillStyle = colour(name);
    ctx.globalAlpha = alpha;
    ctx.fillRect(bbox.left, bbox.top, bbox.width, bbox.height);
  }

  /** Slanting lines, in step across all stretches. */
  function hatch(left: number, right: number, name: string, slant: 'rising' | 'falling'): void {
    const [start, end] = slant === 'rising' ? [bottom, bbox.top] : [bbox.top, bottom];
    const step = hatchPx * devicePixelRatio;
    ctx.strokeStyle = colour(name);
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    for (let x = Math.floor((left - bbox.height) / step) * step; x < right; x += step) {
      ctx.moveTo(x, start);
      ctx.lineTo(x + bbox.height, end);
    }
    ctx.stroke();
  }
}
