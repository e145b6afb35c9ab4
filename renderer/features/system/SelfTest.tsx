/** Tries every way of pinging on this computer, when asked, and lists what came of it. */
import { Button, Group, Stack, Table } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '../../client/hooks.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { formatRtt } from '../../ui/format.ts';

export function SelfTest(): ReactElement {
  const { t } = useTranslation('system');
  const [asked, setAsked] = useState(false);
  const { value, error, loading, again } = useQuery('system.selfTest', asked ? {} : null);
  return (
    <Stack gap={8}>
      <Group>
        <Button variant="default" loading={asked && loading} onClick={() => (asked ? again() : setAsked(true))}>
          {t('selfTest.button')}
        </Button>
      </Group>
      <ErrorSentence error={error} />
      {value ? (
        <Table horizontalSpacing={8} verticalSpacing={4} fz={13}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('selfTest.backend')}</Table.Th>
              <Table.Th ta="right" style={{ whiteSpace: 'nowrap' }}>
                {t('selfTest.rtt')}
              </Table.Th>
              <Table.Th>{t('selfTest.result')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {value.backends.map(({ backend, inUse, works, rttUs, reason }) => (
              <Table.Tr key={backend}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{backend}</Table.Td>
                <Table.Td ta="right" className="figures">
                  {formatRtt(rttUs)}
                </Table.Td>
                <Table.Td>
                  {works ? (
                    <span className="state state-up">{t(inUse ? 'selfTest.inUse' : 'selfTest.works')}</span>
                  ) : (
                    <span className="state state-paused">
                      <span className="wrapping">{reason}</span>
                    </span>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
    </Stack>
  );
}
