import { Accordion } from '@mantine/core';
import classes from './jobs.module.css';

interface JobDocumentProps {
  readonly title: string;
  readonly document: unknown;
}

const LONGEST = 40_000;

/** A document of a job as it is, folded until it is asked for. */
export function JobDocument({ title, document }: JobDocumentProps) {
  const text = JSON.stringify(document, null, 2) ?? '';
  return (
    <Accordion variant="separated" keepMounted={false}>
      <Accordion.Item value={title}>
        <Accordion.Control>{title}</Accordion.Control>
        <Accordion.Panel>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard */}
          <pre className={classes.document} tabIndex={0}>
            {text.length > LONGEST ? `${text.slice(0, LONGEST)}\n…` : text}
          </pre>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
