import { Text } from '@mantine/core';
import { IconArrowRight, IconDatabaseImport } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { forecast, kindOfMediaType } from '../lib/file-kinds.ts';
import { messages } from '../lib/messages/messages.ts';
import { useOpenFiles } from '../lib/use-open-files.ts';
import classes from './drop-overlay.module.css';

const m = messages.frame;

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
const mediaTypes = (event: DragEvent): readonly string[] =>
  [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === 'file').map((item) => item.type);

/** Over the whole window while files hover: says what will happen with them before they are released. */
export function DropOverlay() {
  const { take } = useOpenFiles();
  const [hovering, setHovering] = useState<readonly string[] | null>(null);
  const dropped = useEffectEvent((transfer: DataTransfer) => void take(transfer));
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const over = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      // Without this the browser would open the file in place of the page.
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
    };
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setHovering(mediaTypes(event));
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setHovering(null);
    };
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setHovering(null);
      if (event.dataTransfer !== null) dropped(event.dataTransfer);
    };
    window.addEventListener('dragover', over, { signal });
    window.addEventListener('dragenter', enter, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('drop', drop, { signal });
    return () => abort.abort();
  }, []);
  if (hovering === null) return null;
  const { taken, leftOut, datasets, models } = forecast(hovering.map(kindOfMediaType));
  return (
    <div className={classes.overlay} role="status">
      <div className={classes.card}>
        <IconDatabaseImport size={40} stroke={1.4} aria-hidden />
        <Text fw={600} size="lg">
          {datasets + models > 0 ? m.dropTitle : m.dropNothing}
        </Text>
        {taken.map((line, index) => (
          <Text key={line} className={classes.line}>
            {line}
            {index === taken.length - 1 && (
              <>
                <IconArrowRight size={16} aria-hidden />
                <b>{m.dropBecomes(datasets, models)}</b>
              </>
            )}
          </Text>
        ))}
        {leftOut.map((line) => (
          <Text key={line} size="sm" c="dimmed">
            {line}
          </Text>
        ))}
        <Text size="xs" c="dimmed">
          {m.dropKinds}
        </Text>
      </div>
    </div>
  );
}
