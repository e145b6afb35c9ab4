/** The search field in a page's title row. */
import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactElement } from 'react';

type Props = { readonly label: string; readonly value: string; readonly onChange: (value: string) => void };

export function PageSearch({ label, value, onChange }: Props): ReactElement {
  return <TextInput type="search" w={240} leftSection={<IconSearch size={14} stroke={1.5} />} aria-label={label} placeholder={label} value={value} onChange={event => onChange(event.currentTarget.value)} />;
}
