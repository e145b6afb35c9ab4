/** The top bar: search, the fleet in numbers, how the station itself is, language and theme. */
import { ActionIcon, CloseButton, Kbd, Menu, SegmentedControl, TextInput, Tooltip } from '@mantine/core';
import { IconDeviceDesktop, IconLock, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useReadOnly } from '../client/hooks.ts';
import { languages } from '../i18n.ts';
import { useView, type Theme } from '../state/view.ts';
import { Counters } from './Counters.tsx';
import { goTo, usePath } from './navigation.ts';
import { pageOf, pages } from './routes.tsx';
import { Station } from './Station.tsx';

export function TopBar(): ReactElement {
  const { t } = useTranslation();
  const readOnly = useReadOnly();
  return (
    <header className="bar">
      <Search />
      <div className="bar-space" />
      <Counters />
      <div className="bar-space" />
      {readOnly ? (
        <Tooltip label={t('station.readOnly')}>
          <span className="read-only" role="img" aria-label={t('station.readOnly')}>
            <IconLock size={16} stroke={1.5} />
            <span className="read-only-word">{t('station.readOnly')}</span>
          </span>
        </Tooltip>
      ) : null}
      <Station />
      <LanguageSwitch />
      <ThemeSwitch />
    </header>
  );
}

/** Ctrl-K or Cmd-K comes here from anywhere. Typing shows the device list. */
function Search(): ReactElement {
  const { t } = useTranslation();
  const search = useView(view => view.search);
  const choose = useView(view => view.choose);
  const path = usePath();
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);

  const change = (words: string): void => {
    choose({ search: words });
    if (words !== '' && pageOf(path) !== pages[0]) goTo(pages[0].path);
  };

  return (
    <TextInput
      ref={input}
      className="bar-search"
      type="search"
      aria-label={t('search.label')}
      placeholder={t('search.placeholder')}
      value={search}
      onChange={event => change(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key === 'Escape') change('');
      }}
      leftSection={<IconSearch size={16} stroke={1.5} />}
      rightSection={search === '' ? <Kbd size="xs">Ctrl K</Kbd> : <CloseButton size="sm" aria-label={t('search.clear')} onClick={() => change('')} />}
      rightSectionWidth={search === '' ? 56 : 32}
    />
  );
}

function LanguageSwitch(): ReactElement {
  const { t } = useTranslation();
  const language = useView(view => view.language);
  const choose = useView(view => view.choose);
  return <SegmentedControl aria-label={t('language.label')} value={language} onChange={chosen => choose({ language: chosen })} data={languages.map(value => ({ value, label: t(`language.${value}`) }))} />;
}

const themes = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'system', icon: IconDeviceDesktop },
] as const satisfies readonly { value: Theme; icon: typeof IconSun }[];

function ThemeSwitch(): ReactElement {
  const { t } = useTranslation();
  const theme = useView(view => view.theme);
  const choose = useView(view => view.choose);
  const Current = themes.find(each => each.value === theme)?.icon ?? IconDeviceDesktop;
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 100 }}>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={t('theme.label')}>
          <Current size={16} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {themes.map(({ value, icon: Icon }) => (
          <Menu.Item key={value} leftSection={<Icon size={16} stroke={1.5} />} onClick={() => choose({ theme: value })}>
            {t(`theme.${value}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
