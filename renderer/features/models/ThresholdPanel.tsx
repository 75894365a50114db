import { Button, Group, NumberInput, Paper, SimpleGrid, Slider, Stack, Text, Title } from '@mantine/core';
import { memo } from 'react';
import { formatNumber, formatShare } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';
import type { ErrorCosts, Share, ThresholdFigures } from './threshold-figures.ts';

interface ThresholdPanelProps {
  readonly figures: ThresholdFigures;
  /** At the threshold of the lowest cost. */
  readonly cheapest: ThresholdFigures | undefined;
  readonly costs: ErrorCosts;
  readonly positive: string;
  /** The threshold of the report, to go back to. */
  readonly reported: number;
  readonly onThreshold: (threshold: number) => void;
  readonly onCosts: (costs: ErrorCosts) => void;
}

const MARKS = [0, 0.25, 0.5, 0.75, 1].map((value) => ({ value, label: formatNumber(value) }));

interface FigureProps {
  readonly label: string;
  readonly text: string;
  readonly note: string;
  readonly title?: string;
}

function Figure({ label, text, note, title }: FigureProps) {
  return (
    <Stack gap={0}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600} size="lg" title={title} className="tabular">
        {text}
      </Text>
      <Text size="xs" c="dimmed" className="tabular">
        {note}
      </Text>
    </Stack>
  );
}

const shareNote = (share: Share): string =>
  share.lower === null || share.upper === null
    ? modelsMessages.noInterval
    : modelsMessages.interval(formatShare(share.lower), formatShare(share.upper));

function ShareFigure({ label, share }: { readonly label: string; readonly share: Share }) {
  const text = share.value === null ? modelsMessages.notAvailable : formatShare(share.value);
  return <Figure label={label} text={text} note={shareNote(share)} title={String(share.value)} />;
}

const numberOf = (value: string | number, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

interface CostInputsProps {
  readonly costs: ErrorCosts;
  readonly onCosts: (costs: ErrorCosts) => void;
}

/** What an error costs. It does not follow the slider, so it is not drawn again with it. */
const CostInputs = memo(function CostInputs({ costs, onCosts }: CostInputsProps) {
  return (
    <>
      <NumberInput
        label={modelsMessages.costFalsePositive}
        min={0}
        w={170}
        size="xs"
        value={costs.falsePositive}
        onChange={(value) => onCosts({ ...costs, falsePositive: numberOf(value, costs.falsePositive) })}
      />
      <NumberInput
        label={modelsMessages.costFalseNegative}
        min={0}
        w={170}
        size="xs"
        value={costs.falseNegative}
        onChange={(value) => onCosts({ ...costs, falseNegative: numberOf(value, costs.falseNegative) })}
      />
    </>
  );
});

/** The slider that moves every figure, and what errors cost at it. */
export function ThresholdPanel(props: ThresholdPanelProps) {
  const { figures, cheapest, costs, positive, reported, onThreshold, onCosts } = props;
  const { point } = figures;
  const saved = cheapest === undefined ? 0 : figures.cost - cheapest.cost;
  return (
    <Paper withBorder p="md" h="100%" component="section" aria-labelledby="threshold-title">
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={3} size="h5" id="threshold-title">
              {modelsMessages.thresholdTitle} <span className="tabular">{formatNumber(point.threshold)}</span>
            </Title>
            <Text size="xs" c="dimmed">
              {modelsMessages.thresholdSubtitle(positive)}
            </Text>
          </div>
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              disabled={cheapest === undefined}
              onClick={() => cheapest && onThreshold(cheapest.point.threshold)}
            >
              {modelsMessages.thresholdCheapest}
            </Button>
            {point.threshold !== reported && (
              <Button size="xs" variant="subtle" onClick={() => onThreshold(reported)}>
                {modelsMessages.thresholdTrained}
              </Button>
            )}
          </Group>
        </Group>
        <Slider
          min={0}
          max={1}
          step={0.01}
          value={point.threshold}
          onChange={onThreshold}
          label={(value) => formatNumber(value)}
          thumbLabel={modelsMessages.thresholdLabel}
          marks={MARKS}
          mb="md"
        />
        <SimpleGrid cols={{ base: 3, lg: 6 }} spacing="md">
          <ShareFigure label={modelsMessages.precision} share={figures.precision} />
          <ShareFigure label={modelsMessages.recall} share={figures.recall} />
          <ShareFigure label={modelsMessages.accuracy} share={figures.accuracy} />
          <ShareFigure label={modelsMessages.falsePositiveRate} share={figures.falsePositiveRate} />
          <ShareFigure label={modelsMessages.flagged} share={figures.flagged} />
          <Figure
            label={modelsMessages.f1}
            text={figures.f1 === null ? modelsMessages.notAvailable : formatNumber(figures.f1)}
            note=""
          />
        </SimpleGrid>
        <Group align="flex-end" gap="md">
          <CostInputs costs={costs} onCosts={onCosts} />
          <Figure
            label={modelsMessages.costTotal}
            text={formatNumber(figures.cost)}
            title={String(figures.cost)}
            note={[
              figures.costPerRow === null ? '' : modelsMessages.costPerRow(formatNumber(figures.costPerRow)),
              saved > 0 ? modelsMessages.costSaved(formatNumber(saved)) : modelsMessages.costLowest,
            ].join(', ')}
          />
        </Group>
      </Stack>
    </Paper>
  );
}
