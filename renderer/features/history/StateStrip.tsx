/** What a device was when, in one line under the chart and aligned with it. */
import type { PointerEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { StateSpan } from '../../../shared/model/history.ts';
import { chartInset } from '../../ui/Chart.tsx';
import { formatDuration, formatMoment } from '../../ui/format.ts';
import { stateAt, statesIn, stripRuns, type SpanState } from './state-strip.ts';

type Props = {
  readonly spans: readonly StateSpan[];
  readonly from: number;
  readonly to: number;
  /** Told what is pointed at; '' for nothing. */
  readonly say: (text: string) => void;
};

/** About one a pixel. */
const columns = 1_100;
const heightPx = 14;
/** States differ in height and pattern, not in colour alone. Up is a thin line: the eye lands on the rest. */
const heights: Readonly<Record<SpanState, number>> = { 'up': 4, 'degraded': 9, 'down': 14, 'unreachable': 14, 'not-observed': 14, 'no-data': 2, 'paused': 9, 'maintenance': 14 };

export function StateStrip({ spans, from, to, say }: Props): ReactElement {
  const { t } = useTranslation('history');
  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const span = stateAt(spans, from + ((event.clientX - left) / width) * (to - from));
    if (!span) return say('');
    const now = Date.now();
    const cause = span.cause === null ? '' : ` (${t(`common:blindCause.${span.cause}`)})`;
    say(`${t(`common:state.${span.state}`)}${cause}  ${formatMoment(span.from, now)} – ${formatMoment(span.to, now)}  ${formatDuration(span.to - span.from)}`);
  };

  return (
    <div className="strip" style={{ paddingLeft: chartInset.left, paddingRight: chartInset.right }}>
      <div className="strip-line" onPointerMove={point} onPointerLeave={() => say('')}>
        <svg role="img" aria-label={t('states.label')} width="100%" height={heightPx} viewBox={`0 0 ${columns} ${heightPx}`} preserveAspectRatio="none" shapeRendering="crispEdges">
          <defs>
            <pattern id="strip-blind" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="1.5" height="5" fill="var(--blind)" />
            </pattern>
          </defs>
          {stripRuns(spans, from, to, columns).map(({ state, left, width }) => (
            <rect key={left} x={left} width={width} y={(heightPx - heights[state]) / 2} height={heights[state]} fill={state === 'not-observed' ? 'url(#strip-blind)' : `var(${colours[state]})`} />
          ))}
        </svg>
      </div>
    </div>
  );
}

/** The states that there are in the strip. */
export function StripLegend({ spans, from, to }: Omit<Props, 'say'>): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      {statesIn(spans, from, to).map(state => (
        <li key={state} className="legend-state">
          <span className={`state state-${state}`}>{t(`state.${state}`)}</span>
        </li>
      ))}
    </>
  );
}

const colours: Readonly<Record<SpanState, string>> = { 'up': '--up', 'degraded': '--degraded', 'down': '--down', 'unreachable': '--unreachable', 'not-observed': '--blind', 'no-data': '--no-data', 'paused': '--secondary', 'maintenance': '--maintenance' };
