import { Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { IMAGES_A_PAGE, ImagePages, imagePaging } from '../../components/ImagePages.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount, formatShare } from '../../lib/format.ts';
import { AnsweredTile } from './AnsweredTile.tsx';
import { AnswerFilters } from './AnswerFilters.tsx';
import { modelsMessages as m } from './messages.ts';
import { useAnswerSearch } from './use-answer-search.ts';

interface ImagesTabProps {
  readonly model: ModelVersion;
}

/** Held-out images with what the model answers, wrong ones first; the address holds the classes that are looked at. */
export function ImagesTab({ model }: ImagesTabProps) {
  const search = useAnswerSearch();
  const { truth, answer, isWrongOnly } = search;
  const images = useInfiniteQuery(
    queries.evaluation.images.infiniteOptions({
      input: (offset: number) => ({
        model: versionReference(model),
        offset,
        limit: IMAGES_A_PAGE,
        isWrongOnly,
        ...(truth === undefined ? {} : { truth }),
        ...(answer === undefined ? {} : { answer }),
      }),
      ...imagePaging,
    }),
  );
  if (images.error) return <ErrorPanel error={images.error} onRetry={() => images.refetch()} />;
  const pages = images.data?.pages ?? [];
  const [first] = pages;
  if (first === undefined) return <LateSkeleton lines={8} />;
  const { classes } = first;
  const allImages = classes.reduce((sum, one) => sum + one.images, 0);
  const allWrong = classes.reduce((sum, one) => sum + one.wrong, 0);
  const worst = classes.toSorted((a, b) => b.wrong / Math.max(b.images, 1) - a.wrong / Math.max(a.images, 1))[0];
  return (
    <Stack gap="md">
      <div>
        <Text fw={600}>
          {allWrong === 0
            ? m.imagesAllRight(formatCount(allImages))
            : m.imagesWrong(formatCount(allWrong), formatCount(allImages))}
          {worst !== undefined &&
            worst.wrong > 0 &&
            ` ${m.imagesWorst(worst.label, formatShare(worst.wrong / worst.images))}`}
        </Text>
        <Text size="sm" c="dimmed">
          {m.imagesOrder}
        </Text>
      </div>
      <AnswerFilters
        search={search}
        truths={classes.map((one) => ({
          value: one.label,
          label: m.imagesOfClass(one.label, formatCount(one.wrong), formatCount(one.images)),
        }))}
        found={m.imagesFound(formatCount(first.total), formatCount(first.wrong))}
      />
      {first.total === 0 ? (
        <Text size="sm" c="dimmed">
          {m.imagesNone}
        </Text>
      ) : (
        <ImagePages pages={pages} query={images} tile={(image) => <AnsweredTile key={image.row} image={image} />} />
      )}
    </Stack>
  );
}
