import { Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { AnsweredImage } from '../../../shared/contract/evaluation.ts';
import classes from '../../components/image-grid.module.css';
import { formatFull, formatShare } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';

/** Right or wrong by sign, word and colour; what it is, what it was taken for and how surely. */
export function AnsweredTile({ image }: { readonly image: AnsweredImage }) {
  const { truth, answer, isWrong } = image;
  return (
    <li
      className={classes.tile}
      data-wrong={isWrong || undefined}
      title={[
        image.path,
        m.imageGives(answer, formatFull(image.probability)),
        ...(isWrong ? [m.imageGives(truth, formatFull(image.truthProbability))] : []),
      ].join('\n')}
    >
      <img className={classes.picture} src={image.thumbnail} alt={m.imageAlt(truth, answer, isWrong)} />
      <Text size="xs" fw={600} className={`clip ${isWrong ? classes.wrong : ''}`}>
        {isWrong ? <IconX size={12} aria-hidden /> : <IconCheck size={12} aria-hidden />} {truth}
      </Text>
      {isWrong && (
        <Text size="xs" fw={600} className={`clip ${classes.wrong}`}>
          {m.imageMistaken(answer)}
        </Text>
      )}
      <Text size="xs" c="dimmed" className="tabular clip">
        {m.imageSure(formatShare(image.probability))}
      </Text>
    </li>
  );
}
