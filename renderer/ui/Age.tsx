/** Time that passes on screen by itself, without rendering anything around it. */
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { dash, formatAge, formatDuration } from './format.ts';
import { everySecond } from './ticker.ts';

type Props = {
  /** UTC ms; null shows an en dash. */
  readonly since: number | null;
  /** `age`: largest unit only ("8 s"); `duration`: two units ("4 min 12 s"), the default. */
  readonly as?: 'age' | 'duration';
};

/** How long ago `since` was. */
export function Age({ since, as = 'duration' }: Props): ReactElement {
  const element = useRef<HTMLTimeElement>(null);
  const { i18n } = useTranslation();
  useEffect(() => {
    const show = (): void => {
      if (element.current) element.current.textContent = ageText(since, as);
    };
    show();
    return everySecond(show);
  }, [since, as, i18n.language]);
  return <time ref={element} className="figures" {...(since === null ? {} : { dateTime: new Date(since).toISOString() })} />;
}

function ageText(since: number | null, as: 'age' | 'duration'): string {
  if (since === null) return dash;
  const ms = Date.now() - since;
  return as === 'age' ? formatAge(ms) : formatDuration(ms);
}
