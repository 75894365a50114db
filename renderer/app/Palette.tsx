import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import { IconBolt, IconBox, IconDatabase, IconSearch, type TablerIcon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { queries } from '../lib/api.ts';
import { formatCount } from '../lib/format.ts';
import { messages } from '../lib/messages/messages.ts';
import { nearestFirst } from './nearest-first.ts';
import { showOverlay } from './overlays.ts';
import { clearPalette, setPaletteQuery, usePaletteInput } from './palette-input.ts';
import { places } from './places.ts';
import { useVerbs } from './use-verbs.ts';

const m = messages.frame;
/** Long enough for the list to have found what was typed ahead. */
const LIST_DELAY_MS = 120;
const iconOf = (Icon: TablerIcon) => <Icon size={18} stroke={1.6} aria-hidden />;

/** Chooses the first answer to what was typed before the list was there, as typing in the field does; then takes it. */
function takeTypedAhead(isEntered: boolean): void {
  const chosen = () => document.querySelector<HTMLElement>('[data-action][data-selected]');
  const field = document.activeElement;
  if (chosen() === null && field instanceof HTMLInputElement && field.value !== '') {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', code: 'ArrowDown', bubbles: true }));
  }
  if (isEntered) chosen()?.click();
}

/** Goes to any place, dataset or model, and does every verb, by typing a few letters of its name. */
export function Palette() {
  const navigate = useNavigate();
  const datasets = useQuery(queries.datasets.list.queryOptions());
  const models = useQuery(queries.models.list.queryOptions());
  const verbs = useVerbs();
  const { query, isEntered } = usePaletteInput();
  useEffect(() => {
    spotlight.open();
    return clearPalette;
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => takeTypedAhead(isEntered), LIST_DELAY_MS);
    return () => clearTimeout(timer);
  }, [isEntered]);
  const newest = [
    ...new Map((datasets.data ?? []).toSorted((a, b) => a.version - b.version).map((one) => [one.name, one])).values(),
  ];
  const actions: SpotlightActionGroupData[] = [
    {
      group: m.paletteVerbs,
      actions: verbs.map(({ id, label, hint, run }) => ({
        id,
        label,
        ...(hint === undefined ? {} : { description: hint }),
        leftSection: iconOf(IconBolt),
        onClick: run,
      })),
    },
    {
      group: m.palettePlaces,
      actions: places.map((place) => ({
        id: `place-${place.id}`,
        label: place.label,
        description: place.hint,
        leftSection: iconOf(place.icon),
        onClick: () => void navigate(place.path),
      })),
    },
    {
      group: m.paletteDatasets,
      actions: newest.map((dataset) => ({
        id: `dataset-${dataset.id}`,
        label: dataset.name,
        description: messages.datasets.sizeOf(formatCount(dataset.rows), formatCount(dataset.columns.length)),
        leftSection: iconOf(IconDatabase),
        onClick: () => void navigate(`/data/${encodeURIComponent(dataset.name)}`),
      })),
    },
    {
      group: m.paletteModels,
      actions: (models.data ?? []).map((model) => ({
        id: `model-${model.id}`,
        label: `${model.name} v${String(model.version)}`,
        description: [model.algorithm, ...model.aliases].join(' · '),
        leftSection: iconOf(IconBox),
        onClick: () => void navigate(`/models/${encodeURIComponent(model.name)}/${String(model.version)}`),
      })),
    },
  ];
  return (
    <Spotlight
      actions={actions.filter((group) => group.actions.length > 0)}
      shortcut={null}
      query={query}
      filter={(typed, all) =>
        nearestFirst(
          typed,
          all.filter((one) => 'actions' in one),
        )
      }
      onQueryChange={setPaletteQuery}
      nothingFound={m.paletteEmpty}
      highlightQuery
      scrollable
      maxHeight={460}
      limit={30}
      centered={false}
      yOffset={96}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      onSpotlightClose={() => showOverlay('none')}
      searchProps={{ placeholder: m.palettePlaceholder, 'aria-label': m.search, leftSection: iconOf(IconSearch) }}
      attributes={{ content: { 'aria-label': m.search } }}
    />
  );
}
