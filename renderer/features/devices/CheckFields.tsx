/** The fields of one further check: those of its kind, and those that all kinds have. */
import { Checkbox, NumberInput, Select, SimpleGrid, Stack, TextInput, type SelectProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { checkConsequences } from '../../../shared/model/check.ts';
import { checkDefaults, compares, certificates, records, redirects, type CheckDraft } from './check-draft.ts';
import { plainNumber } from './form-field.ts';
import { HeartbeatAddress } from './HeartbeatAddress.tsx';

type Props = {
  readonly check: CheckDraft;
  /** Sentences by field. */
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (part: Partial<CheckDraft>) => void;
};

export function CheckFields(props: Props): ReactElement {
  const { t } = useTranslation('devices');
  const { check, problems, onChange } = props;
  const isHeartbeat = check.kind === 'heartbeat';
  return (
    <Stack gap={12} pt={8}>
      <KindFields {...props} />
      <SimpleGrid cols={isHeartbeat ? 2 : 3} spacing={12} verticalSpacing={12}>
        <Select
          label={t('checks.field.consequence')}
          value={check.consequence}
          allowDeselect={false}
          data={checkConsequences.map(value => ({ value, label: t(`checks.consequence.${value}`) }))}
          onChange={value => onChange({ consequence: checkConsequences.find(each => each === value) ?? check.consequence })}
          error={problems['consequence']}
        />
        <Amount {...props} field="intervalS" label={isHeartbeat ? 'callInterval' : 'interval'} problem="intervalMs" standard={checkDefaults.intervalS} />
        {isHeartbeat ? null : <Amount {...props} field="timeoutS" label="timeout" problem="timeoutMs" standard={checkDefaults.timeoutS} />}
      </SimpleGrid>
      <Checkbox label={t(isHeartbeat ? 'checks.field.expected' : 'checks.field.enabled')} checked={check.enabled} onChange={event => onChange({ enabled: event.currentTarget.checked })} />
    </Stack>
  );
}

function KindFields(props: Props): ReactElement {
  const { t } = useTranslation('devices');
  const { check, onChange } = props;
  switch (check.kind) {
    case 'tcp':
      return (
        <SimpleGrid cols={2} spacing={12}>
          <Words {...props} field="name" placeholder={t('checks.namePlaceholder')} />
          <Amount {...props} field="port" label="port" problem="port" />
        </SimpleGrid>
      );
    case 'http':
      return (
        <Stack gap={12}>
          <Words {...props} field="url" placeholder="https:///login" hint />
          <SimpleGrid cols={2} spacing={12} verticalSpacing={12}>
            <Words {...props} field="name" placeholder={t('checks.namePlaceholder')} />
            <Words {...props} field="contains" placeholder={t('checks.anything')} />
            <Words {...props} field="status" placeholder={checkDefaults.status} />
            <Choice label={t('checks.field.redirects')} value={check.redirects} options={redirects} nameOf={each => t(`checks.redirects.${each}`)} onChoose={each => onChange({ redirects: each })} />
            <Choice label={t('checks.field.certificate')} value={check.certificate} options={certificates} nameOf={each => t(`checks.certificate.${each}`)} onChoose={each => onChange({ certificate: each })} />
            <Amount {...props} field="certificateDays" label="certificateDays" problem="certificateDays" standard={checkDefaults.certificateDays} disabled={check.certificate === 'ignore'} />
          </SimpleGrid>
        </Stack>
      );
    case 'dns':
      return (
        <SimpleGrid cols={2} spacing={12} verticalSpacing={12}>
          <Words {...props} field="name" placeholder={t('checks.namePlaceholder')} />
          <Words {...props} field="query" placeholder="intra.example" />
          <Choice label={t('checks.field.record')} value={check.record} options={records} nameOf={each => each} onChoose={each => onChange({ record: each })} />
          <Words {...props} field="server" placeholder={t('checks.deviceItself')} />
          <Words {...props} field="expect" placeholder={t('checks.anything')} />
        </SimpleGrid>
      );
    case 'snmp':
      return (
        <Stack gap={8}>
          <SimpleGrid cols={2} spacing={12} verticalSpacing={12}>
            <Words {...props} field="name" placeholder={t('checks.namePlaceholder')} />
            <Words {...props} field="oid" placeholder="1.3.6.1.2.1.1.3.0" />
            <Choice label={t('checks.field.compare')} value={check.compare} options={compares} nameOf={each => (each === 'present' || each === 'contains' ? t(`checks.compare.${each}`) : each)} onChoose={each => onChange({ compare: each })} />
            <Words {...props} field="value" disabled={check.compare === 'present'} />
          </SimpleGrid>
          <div className="check-hint">{t('checks.hint.value')}</div>
        </Stack>
      );
    case 'heartbeat':
      return (
        <Stack gap={12}>
          <SimpleGrid cols={2} spacing={12}>
            <Words {...props} field="name" placeholder={t('checks.namePlaceholder')} />
            <Amount {...props} field="graceS" label="grace" problem="graceMs" standard={checkDefaults.graceS} />
          </SimpleGrid>
          <div className="check-hint">{check.heartbeatPath === null ? t('checks.pathAfterSaving') : <>{t('checks.callThere')} <HeartbeatAddress path={check.heartbeatPath} /></>}</div>
        </Stack>
      );
    default:
      return check.kind satisfies never;
  }
}

type WordsProps = Props & {
  readonly field: 'name' | 'query' | 'url' | 'status' | 'contains' | 'server' | 'expect' | 'oid' | 'value';
  readonly placeholder?: string;
  readonly hint?: boolean;
  readonly disabled?: boolean;
};

function Words({ check, problems, onChange, field, placeholder = '', hint = false, disabled = false }: WordsProps): ReactElement {
  const { t } = useTranslation('devices');
  return (
    <TextInput
      label={t(`checks.field.${field}`)}
      {...(hint ? { description: t(`checks.hint.${field}`) } : {})}
      placeholder={placeholder}
      value={check[field]}
      onChange={event => onChange({ [field]: event.currentTarget.value })}
      error={problems[field]}
      disabled={disabled}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

type AmountProps = Props & { readonly field: 'intervalS' | 'timeoutS' | 'port' | 'certificateDays' | 'graceS'; readonly label: string; readonly problem: string; readonly standard?: number; readonly disabled?: boolean };

function Amount({ check, problems, onChange, field, label, problem, standard, disabled = false }: AmountProps): ReactElement {
  const { t } = useTranslation('devices');
  return (
    <NumberInput
      label={t(`checks.field.${label}`)}
      placeholder={standard === undefined ? '' : String(standard)}
      value={check[field]}
      onChange={value => onChange({ [field]: value })}
      error={problems[problem]}
      disabled={disabled}
      {...plainNumber}
    />
  );
}

type ChoiceProps<Option extends string> = Pick<SelectProps, 'label'> & { readonly value: Option; readonly options: readonly Option[]; readonly nameOf: (option: Option) => string; readonly onChoose: (option: Option) => void };

function Choice<Option extends string>({ label, value, options, nameOf, onChoose }: ChoiceProps<Option>): ReactElement {
  return <Select label={label} value={value} allowDeselect={false} data={options.map(option => ({ value: option, label: nameOf(option) }))} onChange={chosen => onChoose(options.find(option => option === chosen) ?? value)} />;
}
