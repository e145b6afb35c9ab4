/** The further checks of a device in its form: one opens at a time, the others are a line each. */
import { ActionIcon, Button, Group, Menu, Stack, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { checkKinds, type CheckInput } from '../../../shared/model/check.ts';
import { draftTarget, newCheck, type CheckDraft } from './check-draft.ts';
import { checkStateWords } from './check-words.ts';
import { CheckFields } from './CheckFields.tsx';

type Props = {
  readonly checks: readonly CheckDraft[];
  readonly onChange: (checks: readonly CheckDraft[]) => void;
  /** Of the whole form: a check's own are named `checks.0.port`. */
  readonly problems: Readonly<Record<string, string>>;
};

/** The contract's. */
const mostChecks = 20;

export function ChecksEditor({ checks, onChange, problems }: Props): ReactElement {
  const { t } = useTranslation('devices');
  const [openKey, setOpenKey] = useState<string | null>(null);
  const [addedKey, setAddedKey] = useState<string | null>(null);
  const [chose, setChose] = useState(false);
  const add = (kind: CheckInput['kind']): void => {
    const key = crypto.randomUUID();
    onChange([...checks, newCheck(kind, key)]);
    setOpenKey(key);
    setAddedKey(key);
    setChose(true);
  };
  return (
    <Stack gap={8}>
      {checks.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('checks.none')}
        </Text>
      ) : null}
      {checks.map((check, index) => (
        <OneCheck
          key={check.key}
          check={check}
          problems={problemsOf(problems, index)}
          open={openKey === check.key}
          focused={addedKey === check.key}
          onToggle={() => setOpenKey(openKey === check.key ? null : check.key)}
          onChange={part => onChange(checks.map(each => (each.key === check.key ? { ...each, ...part } : each)))}
          onRemove={() => onChange(checks.filter(each => each.key !== check.key))}
        />
      ))}
      {problems['checks'] === undefined ? null : (
        <Text size="xs" className="trouble">
          {problems['checks']}
        </Text>
      )}
      {/* The focus goes back to the button, unless it goes on to the check that was chosen. */}
      <Menu position="bottom-start" transitionProps={{ duration: 100 }} returnFocus={!chose} onOpen={() => setChose(false)}>
        <Menu.Target>
          <Button variant="default" w="fit-content" leftSection={<IconPlus size={16} stroke={1.5} />} disabled={checks.length >= mostChecks}>
            {t('checks.add')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {checkKinds.map(kind => (
            <Menu.Item key={kind} onClick={() => add(kind)}>
              {t(`checks.kind.${kind}`)}
              <Text size="xs" c="dimmed">
                {t(`checks.kindHint.${kind}`)}
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Stack>
  );
}

/** The sentences about one check of the list, by field. */
function problemsOf(problems: Readonly<Record<string, string>>, index: number): Readonly<Record<string, string>> {
  const prefix = `checks.${index}.`;
  return Object.fromEntries(Object.entries(problems).flatMap(([field, sentence]) => (field.startsWith(prefix) ? [[field.slice(prefix.length), sentence]] : [])));
}

type OneProps = {
  readonly check: CheckDraft;
  readonly problems: Readonly<Record<string, string>>;
  readonly open: boolean;
  /** It was just added: its first field takes the focus as it appears. */
  readonly focused: boolean;
  readonly onToggle: () => void;
  readonly onChange: (part: Partial<CheckDraft>) => void;
  readonly onRemove: () => void;
};

function OneCheck({ check, problems, open, focused, onToggle, onChange, onRemove }: OneProps): ReactElement {
  const { t } = useTranslation('devices');
  const unfolded = open || Object.keys(problems).length > 0;
  const kind = t(`checks.kind.${check.kind}`);
  const title = check.name.trim() === '' ? kind : check.name;
  const Icon = unfolded ? IconChevronDown : IconChevronRight;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!focused) return;
    box.current?.querySelector('input')?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: 'nearest' });
  }, [focused]);
  return (
    <div ref={box} className="check-box" role="group" aria-label={`${title} ${draftTarget(check)}`}>
      <Group gap={8} wrap="nowrap">
        <UnstyledButton className="check-head" aria-expanded={unfolded} onClick={onToggle}>
          <Icon size={16} stroke={1.5} />
          <span className="check-words">
            {title} <span className="check-target">{draftTarget(check)}</span>
          </span>
        </UnstyledButton>
        <Text size="xs" c="dimmed" className="check-when">
          {check.enabled ? t(`checks.failing.${check.consequence}`) : checkStateWords({ kind: check.kind, state: 'off' }, t)}
        </Text>
        <Tooltip label={t('common:actions.remove')}>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`${t('common:actions.remove')}: ${title}`} onClick={onRemove}>
            <IconTrash size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </Group>
      {unfolded ? <CheckFields check={check} problems={problems} onChange={onChange} /> : null}
    </div>
  );
}
