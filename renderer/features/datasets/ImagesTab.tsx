import { Group, Select, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import type { DatasetImages, DatasetVersion } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { IMAGES_A_PAGE, ImagePages, imagePaging } from '../../components/ImagePages.tsx';
import classes from '../../components/image-grid.module.css';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';

interface ImagesTabProps {
  readonly dataset: DatasetVersion;
}

const m = messages.datasets;

function Tile({ image }: { readonly image: DatasetImages['images'][number] }) {
  const name = image.path ?? m.imageOfRow(formatCount(image.row + 1));
  return (
    <li className={classes.tile} title={`${name}\n${formatBytes(image.sizeBytes)}`}>
      {image.url === null ? (
        <div className={classes.picture}>
          <Text size="xs" c="dimmed" p="xs">
            {m.imageNotShown(formatBytes(image.sizeBytes))}
          </Text>
        </div>
      ) : (
        <img className={classes.picture} src={image.url} alt={image.label ?? name} loading="lazy" />
      )}
      <Text size="xs" fw={600} className="clip">
        {image.label ?? m.imageUnlabelled}
      </Text>
      <Text size="xs" c="dimmed" className="clip">
        {name.split('/').at(-1)}
      </Text>
    </li>
  );
}

/** The images of a dataset with their classes; the address holds the class that is looked at. */
export function ImagesTab({ dataset }: ImagesTabProps) {
  const [search, setSearch] = useSearchParams();
  const label = search.get('label') ?? undefined;
  const images = useInfiniteQuery(
    queries.datasets.images.infiniteOptions({
      input: (offset: number) => ({
        dataset: versionReference(dataset),
        offset,
        limit: IMAGES_A_PAGE,
        ...(label === undefined ? {} : { label }),
      }),
      ...imagePaging,
    }),
  );
  if (images.error) return <ErrorPanel error={images.error} onRetry={() => images.refetch()} />;
  const pages = images.data?.pages ?? [];
  const [first] = pages;
  if (first === undefined) return <LateSkeleton lines={8} />;
  const [largest] = first.labels;
  const smallest = first.labels.at(-1);
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        {first.labels.length > 0 && (
          <Select
            size="xs"
            w={220}
            label={m.imageClass}
            placeholder={m.imageAnyClass}
            clearable
            searchable
            data={first.labels.map((one) => ({
              value: one.label,
              label: m.imageClassOption(one.label, formatCount(one.images)),
            }))}
            value={label ?? null}
            onChange={(value) => setSearch(value === null ? {} : { label: value }, { replace: true })}
          />
        )}
        <Text size="sm" c="dimmed" mb={5} className="tabular" aria-live="polite">
          {m.imageCount(formatCount(first.total))}
          {largest !== undefined &&
            smallest !== undefined &&
            label === undefined &&
            ` ${m.imageBalance(formatCount(first.labels.length), smallest.label, formatCount(smallest.images), largest.label, formatCount(largest.images))}`}
        </Text>
      </Group>
      <ImagePages pages={pages} query={images} tile={(image) => <Tile key={image.row} image={image} />} />
    </Stack>
  );
}
