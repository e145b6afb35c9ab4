/** How often a window comes again. */
import { Input, NumberInput, Select, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { places, repeatKinds, repeatOf, weekdays, type RepeatDraft, type Weekday } from './repeat-draft.ts';

type Props = {
  readonly repeat: RepeatDraft;
  readonly onChange: (repeat: RepeatDraft) => void;
  readonly error: string | undefined;
  readonly disabled: boolean;
};

export function RepeatFields({ repeat, onChange, error, disabled }: Props): ReactElement {
  const { t } = useTranslation('maintenance');
  const set = (part: Partial<RepeatDraft>): void => onChange({ ...repeat, ...part });
  const wanted = repeatOf(repeat);
  const { kind } = repeat;
  return (
    <div className="repeat-fields">
      <Select
        label={t('field.repeat')}
        value={kind}
        data={repeatKinds.map(value => ({ value, label: t(`repeat.${value}`) }))}
        onChange={value => {
          const next = repeatKinds.find(each => each === value) ?? kind;
          // One's own text begins as what the fields said.
          const text = next === 'own' && repeat.text === '' && typeof wanted !== 'string' ? (wanted.repeat ?? '') : repeat.text;
          set({ kind: next, text });
        }}
        allowDeselect={false}
        disabled={disabled}
        error={error}
      />
      {kind === 'once' || kind === 'own' ? null : (
        <NumberInput label={t(`every.${kind}`)} value={repeat.every} onChange={every => set({ every })} min={1} allowDecimal={false} allowNegative={false} clampBehavior="none" hideControls error={wanted === 'every' ? t('missing.every') : undefined} disabled={disabled} />
      )}
      {kind === 'once' || kind === 'own' ? null : (
        <NumberInput label={t('field.times')} placeholder={t('field.timesNone')} value={repeat.times} onChange={times => set({ times })} min={1} allowDecimal={false} allowNegative={false} clampBehavior="none" hideControls error={wanted === 'times' ? t('missing.times') : undefined} disabled={disabled} />
      )}
      {kind === 'weekly' ? (
        <Input.Wrapper label={t('field.days')} labelElement="div" size="xs" error={wanted === 'days' ? t('missing.days') : undefined} className="repeat-wide">
          <div className="weekdays" role="group" aria-label={t('field.days')}>
            {weekdays.map(day => (
              <button key={day} type="button" className="chip" aria-pressed={repeat.days.includes(day)} aria-label={t(`weekdayLong.${day}`)} disabled={disabled} onClick={() => set({ days: repeat.days.includes(day) ? repeat.days.filter(each => each !== day) : [...repeat.days, day] })}>
                {t(`weekday.${day}`)}
              </button>
            ))}
          </div>
        </Input.Wrapper>
      ) : null}
      {kind === 'month-day' ? (
        <NumberInput label={t('field.monthDay')} value={repeat.monthDay} onChange={monthDay => set({ monthDay })} min={1} max={31} allowDecimal={false} allowNegative={false} clampBehavior="none" hideControls error={wanted === 'monthDay' ? t('missing.monthDay') : undefined} disabled={disabled} />
      ) : null}
      {kind === 'month-weekday' ? (
        <>
          <Select label={t('field.place')} value={String(repeat.place)} data={places.map(value => ({ value: String(value), label: t(`place.${value}`) }))} onChange={value => set({ place: places.find(each => String(each) === value) ?? 1 })} allowDeselect={false} disabled={disabled} />
          <Select label={t('field.weekday')} value={repeat.weekday} data={weekdays.map(value => ({ value, label: t(`weekdayLong.${value}`) }))} onChange={value => set({ weekday: weekdays.find((each): each is Weekday => each === value) ?? 'MO' })} allowDeselect={false} disabled={disabled} />
        </>
      ) : null}
      {kind === 'own' ? (
        <TextInput label={t('field.text')} placeholder="FREQ=WEEKLY;BYDAY=SU" value={repeat.text} maxLength={500} onChange={event => set({ text: event.currentTarget.value })} error={wanted === 'text' ? t('missing.text') : undefined} disabled={disabled} spellCheck={false} autoComplete="off" className="repeat-wide" />
      ) : null}
    </div>
  );
}
