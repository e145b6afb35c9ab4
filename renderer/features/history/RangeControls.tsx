/** Chooses the time: stretches up to now, steps earlier and later, two moments, and back to what was shown before. */
import { ActionIcon, Button, Group, Popover, SegmentedControl, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconCalendar, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState, type ReactElement, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { historySpanNames } from '../../ui/history-spans.ts';
import { momentOf, momentText } from '../../ui/moment-text.ts';
import type { Range } from './place.ts';
import { endsNow, moved, stretchOf } from './range.ts';

type Props = {
  readonly range: Range;
  readonly now: number;
  readonly onRange: (range: Range) => void;
  /** null: nothing was shown before. */
  readonly onBack: (() => void) | null;
};

export function RangeControls({ range, now, onRange, onBack }: Props): ReactElement {
  const { t } = useTranslation('history');
  const choose = (name: string): void => {
    const span = historySpanNames.find(each => each === name);
    if (span) onRange({ kind: 'last', span });
  };
  return (
    <Group gap={8} wrap="nowrap">
      <SegmentedControl
        aria-label={t('range.label')}
        value={range.kind === 'last' ? range.span : ''}
        onChange={choose}
        data={historySpanNames.map(value => ({ value, label: t(`range.${value}`) }))}
      />
      <Group gap={4} wrap="nowrap">
        <Step label={t('range.earlier')} icon={IconChevronLeft} onClick={() => onRange(moved(range, 'earlier', now))} />
        <Between range={range} now={now} onRange={onRange} />
        <Step label={t('range.later')} icon={IconChevronRight} disabled={endsNow(range, now)} onClick={() => onRange(moved(range, 'later', now))} />
      </Group>
      <Button variant="default" leftSection={<IconArrowBackUp size={16} stroke={1.5} />} disabled={onBack === null} onClick={() => onBack?.()}>
        {t('range.back')}
      </Button>
      <Text size="xs" c="dimmed" truncate>
        {t('range.dragHint')}
      </Text>
    </Group>
  );
}

type StepProps = { readonly label: string; readonly icon: typeof IconChevronLeft; readonly disabled?: boolean; readonly onClick: () => void };

function Step({ label, icon: Icon, disabled = false, onClick }: StepProps): ReactElement {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={30} aria-label={label} disabled={disabled} onClick={onClick}>
        <Icon size={16} stroke={1.5} />
      </ActionIcon>
    </Tooltip>
  );
}

/** The moments that are shown, and where they can be written. */
function Between({ range, now, onRange }: Omit<Props, 'onBack'>): ReactElement {
  const { t } = useTranslation('history');
  const [draft, setDraft] = useState<{ readonly from: string; readonly to: string } | null>(null);
  const stretch = stretchOf(range, now);
  const texts = draft ?? { from: momentText(stretch.from), to: momentText(stretch.to) };
  const from = momentOf(texts.from);
  const to = momentOf(texts.to);
  const inOrder = from === null || to === null || from < to;
  const write = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (from === null || to === null || !inOrder) return;
    setDraft(null);
    onRange({ kind: 'between', from, to });
  };
  return (
    <Popover opened={draft !== null} onChange={opened => opened || setDraft(null)} position="bottom" trapFocus width={260}>
      <Popover.Target>
        <Button variant="default" className="figures" leftSection={<IconCalendar size={16} stroke={1.5} />} onClick={() => setDraft(draft === null ? { from: momentText(stretch.from), to: momentText(stretch.to) } : null)}>
          {`${momentText(stretch.from)} – ${momentText(stretch.to)}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={write} noValidate>
          <Stack gap={12}>
            <TextInput label={t('range.from')} value={texts.from} onChange={event => setDraft({ ...texts, from: event.currentTarget.value })} error={from === null ? t('range.wrong') : undefined} data-autofocus className="figures" />
            <TextInput label={t('range.to')} value={texts.to} onChange={event => setDraft({ ...texts, to: event.currentTarget.value })} error={to === null ? t('range.wrong') : inOrder ? undefined : t('range.order')} className="figures" />
            <Button type="submit" disabled={from === null || to === null || !inOrder}>
              {t('range.show')}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
