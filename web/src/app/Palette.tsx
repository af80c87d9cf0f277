import { Modal } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../lib/store';
import { useCommands } from './commands';
import css from './Palette.module.css';
import { closePalette, openPalette, paletteOpen } from './palette-state';

/** Jumps to anything: a page, a workflow, the id of a call or of an execution, an action. Ctrl K or ⌘ K opens it. */
export function Palette() {
  const open = useStore(paletteOpen);
  const { t } = useTranslation();
  useHotkeys([['mod+K', openPalette]], []);
  return (
    <Modal.Root opened={open} onClose={closePalette} size={560} yOffset="12vh" centered={false}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('palette.title')}>
        <Modal.Body p={0}>{open && <Finder />}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Finder() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const groups = useCommands(text);
  const all = groups.flatMap((g) => g.commands);
  const current = Math.min(chosen, all.length - 1);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[id="${id}-${current}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [id, current]);

  const run = (i: number) => {
    const command = all[i];
    if (command === undefined) return;
    closePalette();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // the key belongs to an input method
    if (event.key === 'ArrowDown') setChosen(Math.min(all.length - 1, current + 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, current - 1));
    else if (event.key === 'Enter') run(current);
    else return;
    event.preventDefault();
  };

  let n = -1;
  return (
    <>
      <div className={css.find}>
        <IconSearch size={16} stroke={1.75} />
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to write here
          autoFocus
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          placeholder={t('palette.placeholder')}
          aria-label={t('palette.placeholder')}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={current < 0 ? undefined : `${id}-${current}`}
        />
        <kbd className={css.key}>Esc</kbd>
      </div>
      <div className={css.list} role="listbox" id={id} aria-label={t('palette.title')} ref={list} tabIndex={-1}>
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <div className={css.title} aria-hidden="true">
              {group.title}
            </div>
            {group.commands.map((command) => {
              n++;
              const at = n;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are taken by the field
                <div
                  key={command.id}
                  id={`${id}-${at}`}
                  role="option"
                  aria-selected={at === current}
                  tabIndex={-1}
                  className={css.option}
                  onPointerMove={() => setChosen(at)}
                  onClick={() => run(at)}
                >
                  {command.icon}
                  <span className="cut">{command.title}</span>
                  {command.detail !== undefined && <span className={css.detail}>{command.detail}</span>}
                </div>
              );
            })}
          </div>
        ))}
        {all.length === 0 && <p className={css.none}>{t('palette.nothing', { text })}</p>}
      </div>
    </>
  );
}
